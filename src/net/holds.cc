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
  wake_by(deadline);
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
  wake_by(next);
}

void Holds::wake_by(Instant deadline) {
  if (deadline >= wakes_at_) return;
  wakes_at_ = deadline;
  timer_.expires_after(deadline - BootClock::now());
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;  // there is an earlier one
    wakes_at_ = Instant::max();
    release_all();
  });
}

}  // namespace tally::net
