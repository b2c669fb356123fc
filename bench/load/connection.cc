#include "bench/load/connection.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/server_url.h"

namespace tally::load {
namespace {

constexpr std::size_t kBufferBytes =
    std::size_t{256} * 1024;  // several times the longest reply, which a batch has

Error failed(const std::string& what, int number) {
  return {Errc::unreachable, what + ": " + std::strerror(number)};
}

}  // namespace

Connection::Connection(FileDescriptor socket)
    : socket_(std::move(socket)), buffer_(std::make_unique_for_overwrite<char[]>(kBufferBytes)) {}

Result<Connection> Connection::open(const std::string& server) {
  const std::optional<HostPort> parsed = parse_host_port(server);
  if (!parsed || !parsed->port) {
    return Error{Errc::invalid, "'" + server + "' is no server: say HOST:PORT, such as 127.0.0.1:7071"};
  }
  const std::string port = std::to_string(*parsed->port);
  const std::string where = "cannot connect to " + server;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int code = getaddrinfo(parsed->host.c_str(), port.c_str(), &hints, &found); code != 0) {
    return Error{Errc::unreachable, where + ": " + gai_strerror(code)};
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> address(found, freeaddrinfo);
  FileDescriptor socket(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (socket.get() < 0 || connect(socket.get(), address->ai_addr, address->ai_addrlen) != 0 ||
      setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
      fcntl(socket.get(), F_SETFL, O_NONBLOCK) != 0) {
    return failed(where, errno);
  }
  return Connection(std::move(socket));
}

Result<std::size_t> Connection::write(std::string_view bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t more = ::send(fd(), bytes.data() + written, bytes.size() - written, MSG_NOSIGNAL);
    if (more >= 0) {
      written += static_cast<std::size_t>(more);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      return failed("cannot send to the server", errno);
    }
  }
  return written;
}

Result<void> Connection::send(std::string_view requests, std::size_t count) {
  sent_ += count;
  std::size_t written = 0;
  if (unsent_.empty()) {
    const Result<std::size_t> done = write(requests);
    if (!done) return done.error();
    written = *done;
  }
  if (written < requests.size()) unsent_ += requests.substr(written);
  return {};
}

Result<void> Connection::flush() {
  if (unsent_.empty()) return {};
  const Result<std::size_t> done = write(unsent_);
  if (!done) return done.error();
  unsent_.erase(0, *done);
  return {};
}

Result<std::size_t> Connection::receive(const Protocol& protocol) {
  std::size_t replies = 0;
  for (;;) {
    const std::size_t room = kBufferBytes - unread_;
    const ssize_t more = recv(fd(), buffer_.get() + unread_, room, 0);
    if (more == 0) {
      return Error{Errc::unreachable, "the server closed a connection with " + std::to_string(in_flight()) +
                                          " requests in flight"};
    }
    if (more < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return replies;
      return failed("cannot receive from the server", errno);
    }
    unread_ += static_cast<std::size_t>(more);
    const Result<std::size_t> taken = take_replies(protocol);
    if (!taken) return taken.error();
    replies += *taken;
    // Less than there was room for: the socket is empty, and says so when it is not (epoll(7)).
    if (static_cast<std::size_t>(more) < room) return replies;
  }
}

Result<std::size_t> Connection::take_replies(const Protocol& protocol) {
  const Result<Scanned> scanned = protocol.scan({buffer_.get(), unread_});
  if (!scanned) return scanned.error();
  if (scanned->replies > in_flight() || (scanned->replies == in_flight() && scanned->bytes < unread_)) {
    return Error{Errc::malformed, "the server sent more than the " + std::to_string(in_flight()) +
                                      " replies that it was asked for"};
  }
  answered_ += scanned->replies;
  unread_ -= scanned->bytes;
  if (unread_ == kBufferBytes) return Error{Errc::too_large, "the server sent a reply of more than 256 kB"};
  if (unread_ > 0 && scanned->bytes > 0) std::memmove(buffer_.get(), buffer_.get() + scanned->bytes, unread_);
  return scanned->replies;
}

}  // namespace tally::load
