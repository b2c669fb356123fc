#include "chaos/tcp_stream.h"

#include <chrono>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace tally::chaos {

namespace {

void limit(const FileDescriptor& socket, int direction, std::chrono::microseconds timeout) {
  const timeval value{.tv_sec = timeout.count() / 1'000'000, .tv_usec = timeout.count() % 1'000'000};
  setsockopt(socket.get(), SOL_SOCKET, direction, &value, sizeof value);
}

}  // namespace

bool TcpStream::connect(const std::string& address, std::uint16_t port) {
  unread_.clear();
  socket_ = FileDescriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  limit(socket_, SO_SNDTIMEO, std::chrono::milliseconds(500));  // connecting, too
  limit(socket_, SO_RCVTIMEO, std::chrono::seconds(3));
  const int yes = 1;
  setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  inet_pton(AF_INET, address.c_str(), &to.sin_addr);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) close();
  return is_open();
}

void TcpStream::close() { socket_ = FileDescriptor(); }

bool TcpStream::send(std::string_view bytes) {
  if (::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
    close();
  return is_open();
}

bool TcpStream::fill() {
  char bytes[4096];
  const ssize_t size = recv(socket_.get(), bytes, sizeof bytes, 0);
  if (size <= 0) {
    close();
  } else {
    unread_.append(bytes, static_cast<std::size_t>(size));
  }
  return is_open();
}

bool TcpStream::read_line(std::string& line) {
  std::size_t end = 0;
  while ((end = unread_.find("\r\n")) == std::string::npos) {
    if (!fill()) return false;
  }
  line = unread_.substr(0, end);
  unread_.erase(0, end + 2);
  return true;
}

bool TcpStream::read_bytes(std::size_t size, std::string& bytes) {
  while (unread_.size() < size) {
    if (!fill()) return false;
  }
  bytes = unread_.substr(0, size);
  unread_.erase(0, size);
  return true;
}

}  // namespace tally::chaos
