// Wakes somebody at a time that keeps moving.
#pragma once

#include <functional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/duration.h"

namespace tally::net {

// Setting a timer is a system call, and who moves his time with every event mostly moves it on. So a timer
// that is set for an earlier time is left alone: it looks, and is set anew. The loop's thread uses it.
class Waker {
 public:
  Waker(boost::asio::io_context& loop, std::function<void()> wake) : timer_(loop), wake_(std::move(wake)) {}

  // Calls `wake` in a turn of the loop, once, at `when` (of BootClock) or as soon after it as can be. Only
  // the last call counts.
  void at(Instant when);

 private:
  void set(Instant when);

  boost::asio::steady_timer timer_;
  const std::function<void()> wake_;
  Instant when_ = Instant::max();  // nobody waits
  Instant set_for_ = Instant::max();
};

}  // namespace tally::net
