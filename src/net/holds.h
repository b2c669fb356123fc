// Replies that may not leave yet: what they say is true once something has been reached, a disk's mark, say.
//
// What is waited for are gates, each open up to a number. A reply that holds waits in its connection, in the
// order of the requests; one event lets all go that it opened a gate for, in one write for each connection.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/duration.h"

namespace tally::net {

class Connection;

// Until the gate is open up to that number.
struct Hold {
  std::uint32_t gate;
  std::uint64_t number;

  bool operator==(const Hold&) const = default;
};

// One loop's, for all servers on it, which it outlives; used by its thread.
class Holds {
 public:
  // A reply that was held for as long as `limit` is late: it is replaced by what its handler then says.
  Holds(boost::asio::io_context& loop, Duration limit) : limit_(limit), timer_(loop) {}
  Holds(const Holds&) = delete;
  Holds& operator=(const Holds&) = delete;

  // gates[i] is how far gate i is open now; those beyond are shut.
  void open(std::vector<std::uint64_t> gates);

  bool is_open(Hold hold) const { return hold.gate < gates_.size() && hold.number <= gates_[hold.gate]; }

  // When a reply that is held from `now` on will be late.
  Instant deadline(Instant now) const { return now + limit_; }

  // It holds a reply, the first or after it held none; that one is late at `deadline`.
  void enter(std::shared_ptr<Connection> connection, Instant deadline);

 private:
  void release_all();
  void wake_by(Instant deadline);

  const Duration limit_;
  boost::asio::steady_timer timer_;
  Instant wakes_at_ = Instant::max();  // max: the timer is not set
  std::vector<std::uint64_t> gates_;
  std::vector<std::shared_ptr<Connection>> waiting_;
  std::vector<std::shared_ptr<Connection>> taken_;  // release_all()'s, kept for its memory
};

}  // namespace tally::net
