// A number that every loop changes all the time and somebody reads now and then. Each loop changes a part of
// its own, on a cache line that no other thread writes, so that loops do not slow each other down.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>

#include "base/mutex.h"

namespace tally::net {

// Any thread.
class PerLoopCount {
 public:
  // Changed by one thread alone.
  class alignas(64) Part {
   public:
    void add(std::uint64_t count) { set(value() + count); }
    // No more than was added.
    void subtract(std::uint64_t count) { set(value() - count); }

   private:
    friend class PerLoopCount;
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }
    void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }

    std::atomic<std::uint64_t> value_{0};
  };

  // One for each caller, 0 at first; stays as long as this does, and so does what was counted in it.
  Part& make_part() {
    const MutexLock lock(mutex_);
    return parts_.emplace_back();
  }

  // Of all parts; what changes meanwhile is in it or not. It waits for nobody who counts.
  std::uint64_t sum() const {
    const MutexLock lock(mutex_);
    std::uint64_t sum = 0;
    for (const Part& part : parts_) sum += part.value();
    return sum;
  }

 private:
  mutable Mutex mutex_;  // of the list, not of what is in it
  std::deque<Part> parts_ TALLY_GUARDED_BY(mutex_);
};

}  // namespace tally::net
