#include "chaos/resp_connection.h"

#include <charconv>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace tally::chaos {

namespace {

void limit(const FileDescriptor& socket, int direction, Duration timeout) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(timeout).count();
  const timeval value{.tv_sec = us / 1'000'000, .tv_usec = us % 1'000'000};
  setsockopt(socket.get(), SOL_SOCKET, direction, &value, sizeof value);
}

std::string command_of(const std::vector<std::string>& words) {
  std::string text = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words) text += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  return text;
}

}  // namespace

bool RespConnection::connect() {
  unread_.clear();
  socket_ = FileDescriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  limit(socket_, SO_SNDTIMEO, std::chrono::milliseconds(500));  // connecting, too
  limit(socket_, SO_RCVTIMEO, std::chrono::seconds(3));
  const int yes = 1;
  setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  inet_pton(AF_INET, address_.c_str(), &address.sin_addr);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  socket_ = FileDescriptor();
  return false;
}

Error RespConnection::broken(const char* what) {
  socket_ = FileDescriptor();
  return {Errc::unknown_outcome, address_ + ": " + what};
}

Result<std::string> RespConnection::ask(const std::vector<std::string>& words) {
  if (socket_.get() < 0 && !connect())
    return Error{Errc::unreachable, address_ + " does not take connections."};
  const std::string command = command_of(words);
  if (send(socket_.get(), command.data(), command.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(command.size()))
    return broken("the command was cut short");
  std::string line;
  if (!read_line(line) || line.empty()) return broken("no reply");
  const std::string rest = line.substr(1);
  switch (line.front()) {
    case '+':
    case ':': return rest;
    case '-': return Error{Errc::invalid, rest};
    case '$': {
      long size = 0;
      std::from_chars(rest.data(), rest.data() + rest.size(), size);
      std::string text;
      if (size < 0) return text;
      if (!read_bytes(static_cast<std::size_t>(size) + 2, text)) return broken("half a reply");
      text.resize(static_cast<std::size_t>(size));
      return text;
    }
    default: return broken("a reply of a kind that nobody asked for");
  }
}

bool RespConnection::fill() {
  char bytes[4096];
  const ssize_t size = recv(socket_.get(), bytes, sizeof bytes, 0);
  if (size <= 0) return false;
  unread_.append(bytes, static_cast<std::size_t>(size));
  return true;
}

bool RespConnection::read_line(std::string& line) {
  std::size_t end = 0;
  while ((end = unread_.find("\r\n")) == std::string::npos) {
    if (!fill()) return false;
  }
  line = unread_.substr(0, end);
  unread_.erase(0, end + 2);
  return true;
}

bool RespConnection::read_bytes(std::size_t size, std::string& bytes) {
  while (unread_.size() < size) {
    if (!fill()) return false;
  }
  bytes = unread_.substr(0, size);
  unread_.erase(0, size);
  return true;
}

}  // namespace tally::chaos
