#include "tests/e2e/ports.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/check.h"

namespace tally::e2e {

Ports::Ports(std::uint16_t count) {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries && sockets_.size() < count; ++i) {
    sockets_.clear();
    TALLY_CHECK(take(0));
    while (sockets_.size() < count && take(static_cast<std::uint16_t>(first_ + sockets_.size()))) {
    }
  }
  TALLY_CHECK(sockets_.size() == count);
}

// Any port for 0. The options come after the binding: with them it would succeed where somebody has bound so.
bool Ports::take(std::uint16_t port) {
  FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return false;
  const int yes = 1;
  TALLY_CHECK(setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0);
  TALLY_CHECK(setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) == 0);
  TALLY_CHECK(getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  if (sockets_.empty()) first_ = ntohs(address.sin_port);
  sockets_.push_back(std::move(socket));
  return true;
}

}  // namespace tally::e2e
