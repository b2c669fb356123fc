// Time as the pure parts see it: handed in, never asked for.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tally {

using Duration = std::chrono::nanoseconds;

// A moment on one machine's clock that never jumps and goes on while the machine sleeps (CLOCK_BOOTTIME in
// the programs, virtual time in the simulator). Moments of different machines cannot be compared.
struct InstantClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<InstantClock>;
  static constexpr bool is_steady = true;
};
using Instant = InstantClock::time_point;

// An integer with a unit, "250ms", "1s" or "2m", from 1ms to 24 hours. Other units (us, h), fractions, signs
// and spaces are refused, so that nobody gets another interval than the one they meant.
Result<Duration> parse_duration(std::string_view text);

// The shortest text that parse_duration() reads back: "1500ms", "2m". Sub-millisecond parts are rounded up.
std::string to_text(Duration duration);

// Whole milliseconds, rounded up: an age is never understated.
std::int64_t to_ms_rounded_up(Duration duration);

}  // namespace tally
