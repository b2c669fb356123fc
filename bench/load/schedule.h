// When each request of an open loop is meant to leave, whether or not earlier ones were answered. Latency
// counts from that moment: a server that stalls delays every request that was due meanwhile, not only the few
// that had already left. To count from the actual sending is "coordinated omission" (Gil Tene, How NOT to
// Measure Latency; his wrk2 does as we do).
#pragma once

#include <cstdint>

#include "base/check.h"
#include "base/duration.h"

namespace tally::load {

// Request i leaves i / rate seconds after the start. Exact: nothing drifts, however long it goes on.
class Schedule {
 public:
  Schedule(Instant start, std::uint64_t per_second) : start_(start), per_second_(per_second) {
    TALLY_CHECK(per_second >= 1 && per_second <= kSecond);
  }

  Instant intended(std::uint64_t request) const {
    const std::uint64_t whole_seconds = request / per_second_;
    const std::uint64_t rest = request % per_second_;
    return start_ + Duration(whole_seconds * kSecond + rest * kSecond / per_second_);
  }

  // How many requests are meant to have left by now: intended(due - 1) <= now < intended(due).
  std::uint64_t due(Instant now) const {
    if (now < start_) return 0;
    const auto elapsed = static_cast<std::uint64_t>((now - start_).count()) + 1;
    return elapsed / kSecond * per_second_ + (elapsed % kSecond * per_second_ + kSecond - 1) / kSecond;
  }

 private:
  static constexpr std::uint64_t kSecond = 1'000'000'000;  // in nanoseconds

  Instant start_;
  std::uint64_t per_second_;
};

}  // namespace tally::load
