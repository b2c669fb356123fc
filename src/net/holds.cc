#include "net/holds.h"

#include <algorithm>
#include <utility>

#include "net/boot_clock.h"
#include "net/connection.h"

namespace tally::net {

void Holds::open(std::vector<std::uint64_t> gates) {
  gates_ = std::move(gates);
  release_all();
}

void Holds::enter(std::shared_ptr<Connection> connection, Instant deadline) {
  waiting_.push_back(std::move(connection));
  if (!timer_set_) wake_at(deadline);
}

// Who still holds something afterwards stays; who holds something anew, because there is room for its next
// requests, enters by itself.
void Holds::release_all() {
  const Instant now = BootClock::now();
  Instant next = Instant::max();
  taken_.swap(waiting_);
  for (std::shared_ptr<Connection>& connection : taken_) {
    const Instant deadline = connection->release(now);
    next = std::min(next, deadline);
    if (deadline != Instant::max()) waiting_.push_back(connection);
    connection->advance();
  }
  taken_.clear();
  if (next != Instant::max() && !timer_set_) wake_at(next);
}

void Holds::wake_at(Instant deadline) {
  timer_set_ = true;
  timer_.expires_after(deadline - BootClock::now());
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    timer_set_ = false;
    release_all();
  });
}

}  // namespace tally::net
