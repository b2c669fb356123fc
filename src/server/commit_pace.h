// When to begin the next commit.
//
// Whoever waits for a commit mostly comes again once it has ended. A commit that began with the first of them
// would leave the others to the next one, and clients would split into crowds that each wait out two commits.
// So the next one waits until as many are there as the last one let go, and those that came meanwhile; but
// not for longer than a few commits take, since nobody has to come again. A few are not waited for: a commit
// less is not worth their time.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

#include "base/duration.h"

namespace tally {

// arrived(): any thread. All else: one thread, which begins the commits; times are handed in.
class CommitPace {
 public:
  // So many more wait. True: the one thread must be told to ask due(). Mostly it need not be: a crowd wakes
  // it once, not once each.
  //
  // Nobody is left waiting: this adds and then reads what is wanted, that thread says what it wants and then
  // reads what is there, all sequentially consistent, so one of the two sees the other.
  bool arrived(std::size_t adds) {
    const std::size_t before = waiting_.fetch_add(adds);
    const std::size_t wanted = wanted_.load();
    return before < wanted && before + adds >= wanted;
  }

  // When to begin a commit: `now`. Later: ask again then. Nothing: somebody arrives before, or one ends.
  std::optional<Instant> due(Instant now) {
    if (begun_) return std::nullopt;
    if (now >= gather_until_) wanted_ = 1;
    if (waiting_.load() >= wanted_.load()) return now;
    return wanted_.load() > 1 ? std::optional(gather_until_) : std::nullopt;
  }

  // All that wait are in the next commit. Where there is nothing to commit none begins: an earlier one took
  // it along. Whoever comes next is then waited for by nobody.
  void gathered() {
    wanted_ = 1;
    under_way_ = waiting_.exchange(0);
  }

  // A commit has begun, and ended, whoever waited for it.
  void begun(Instant now) {
    begun_ = now;
    wanted_ = std::numeric_limits<std::size_t>::max();
  }
  void ended(Instant now) {
    gather_until_ = now + std::min(kPatience * (now - *begun_), kLongest);
    begun_.reset();
    const std::size_t crowd = std::exchange(under_way_, 0) + waiting_.load();
    wanted_ = crowd < kCrowd ? 1 : crowd;
  }

 private:
  static constexpr std::size_t kCrowd = 4;
  static constexpr int kPatience = 2;  // in commits
  static constexpr Duration kLongest = std::chrono::milliseconds(5);

  std::atomic<std::size_t> waiting_{0};
  // So many have to wait before a commit begins. Changed by the one thread.
  std::atomic<std::size_t> wanted_{1};
  std::size_t under_way_ = 0;
  std::optional<Instant> begun_;
  Instant gather_until_{};
};

}  // namespace tally
