// The clock that the programs hand to everything that asks for the time.
#pragma once

#include <ctime>

#include "base/check.h"
#include "base/duration.h"

namespace tally::net {

struct BootClock {
  // CLOCK_BOOTTIME: never jumps, and goes on while the machine sleeps, so that an age is never understated.
  // Any thread.
  static Instant now() {
    timespec time{};
    TALLY_CHECK(clock_gettime(CLOCK_BOOTTIME, &time) == 0);
    return Instant(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
};

}  // namespace tally::net
