// Waiting for what will happen, always bounded in time.
#pragma once

#include <chrono>

#include <poll.h>

#include "base/duration.h"
#include "net/boot_clock.h"

namespace tally::e2e {

using std::chrono::milliseconds;
using std::chrono::seconds;

// How long this build takes for what takes an optimised one `duration`: a sanitizer makes programs slower.
inline Duration patience(Duration duration) { return duration * TALLY_PATIENCE; }

// Asks until `condition` holds; false once patience(limit) has passed.
template <class Condition>
bool eventually(Condition condition, Duration limit = seconds(15)) {
  constexpr int kBetweenLooksMs = 5;
  const Instant deadline = net::BootClock::now() + patience(limit);
  while (!condition()) {
    if (net::BootClock::now() > deadline) return false;
    poll(nullptr, 0, kBetweenLooksMs);
  }
  return true;
}

}  // namespace tally::e2e
