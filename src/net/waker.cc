#include "net/waker.h"

#include <algorithm>

#include "net/boot_clock.h"

namespace tally::net {

void Waker::at(Instant when) {
  when_ = when;
  if (when < set_for_) set(when);
}

void Waker::set(Instant when) {
  set_for_ = when;
  timer_.expires_after(std::max(Duration::zero(), when - BootClock::now()));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;  // set anew, or destroyed
    set_for_ = Instant::max();
    if (BootClock::now() < when_) return at(when_);
    when_ = Instant::max();
    wake_();
  });
}

}  // namespace tally::net
