// The clock of one machine: it began anywhere, never jumps, and runs a little fast or slow.
#pragma once

#include "base/check.h"
#include "base/duration.h"
#include "base/int128.h"

namespace tally::sim {

class DriftingClock {
 public:
  static constexpr int kMostPpm = 20'000;  // two percent, either way: worse than any quartz

  DriftingClock() = default;
  // At `now`, by the simulation's time, it shows `shown`; from then on it gains `ppm` millionths.
  DriftingClock(Instant now, Instant shown, int ppm) : began_(now), shown_(shown), rate_(kMillion + ppm) {
    TALLY_CHECK(-kMostPpm <= ppm && ppm <= kMostPpm);
  }

  // What it shows at `now`, which is not before it began.
  Instant at(Instant now) const { return shown_ + scaled(now - began_, rate_, kMillion, false); }
  // The first moment, by the simulation's time, at which it shows `shown` or more.
  Instant when(Instant shown) const { return began_ + scaled(shown - shown_, kMillion, rate_, true); }

 private:
  static constexpr int kMillion = 1'000'000;

  static Duration scaled(Duration duration, int by, int of, bool up) {
    return Duration(static_cast<Duration::rep>((Int128{duration.count()} * by + (up ? of - 1 : 0)) / of));
  }

  Instant began_{};
  Instant shown_{};
  int rate_ = kMillion;
};

}  // namespace tally::sim
