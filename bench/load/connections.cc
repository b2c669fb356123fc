#include "bench/load/connections.h"

#include <cerrno>
#include <utility>

#include "base/check.h"

namespace tally::load {

Result<Connections> Connections::open(const std::string& server, std::size_t count) {
  Connections connections;
  connections.epoll_ = FileDescriptor(epoll_create1(EPOLL_CLOEXEC));
  for (std::size_t index = 0; index < count; ++index) {
    Result<Connection> connection = Connection::open(server);
    if (!connection) return connection.error();
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.u64 = index;
    TALLY_CHECK(epoll_ctl(connections.epoll_.get(), EPOLL_CTL_ADD, connection->fd(), &event) == 0);
    connections.all_.push_back(std::move(*connection));
  }
  return connections;
}

Error Connections::unanswered() const {
  std::uint64_t in_flight = 0;
  for (const Connection& connection : all_) in_flight += connection.in_flight();
  return {Errc::unknown_outcome, "the server left " + std::to_string(in_flight) +
                                     " requests unanswered, 10 s after the last was sent"};
}

std::size_t Connections::wait(int timeout_ms) {
  const int ready = epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), timeout_ms);
  TALLY_CHECK(ready >= 0 || errno == EINTR);
  return ready > 0 ? static_cast<std::size_t>(ready) : 0;
}

}  // namespace tally::load
