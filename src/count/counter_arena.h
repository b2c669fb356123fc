// Where counters live: packed one behind the other, never moved, never freed before the end. Any thread.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/mutex.h"
#include "count/atomic.h"
#include "count/counter.h"

namespace tally {

class CounterArena {
  struct Chunk;

 public:
  CounterArena() = default;
  ~CounterArena();
  CounterArena(const CounterArena&) = delete;
  CounterArena& operator=(const CounterArena&) = delete;

  // Takes a lock. The name has at most 255 bytes.
  Counter* make(std::string_view name);

  // Visits every counter made before it was begun, and perhaps later ones, in the order in which they were
  // made, which is the same in every walk. Used by one thread; nobody waits for it. Walking needs no section,
  // looking into a counter does.
  class Walk {
   public:
    // Leaves out the first `skipped`: that costs a look at each chunk before, and at each of them in its own.
    explicit Walk(const CounterArena& arena, std::size_t skipped = 0);
    Counter* next();  // null at the end

   private:
    Chunk* chunk_;
    std::size_t offset_ = 0;
  };

 private:
  // Each chunk is twice the one before, up to the largest.
  static constexpr std::size_t kFirstChunkBytes = 4096;
  static constexpr std::size_t kLargestChunkBytes = std::size_t{256} * 1024;
  static std::size_t footprint(std::size_t name_size);

  Mutex mutex_;
  Chunk* last_ TALLY_GUARDED_BY(mutex_) = nullptr;
  std::size_t made_ TALLY_GUARDED_BY(mutex_) = 0;
  Atomic<Chunk*> first_{nullptr};
};

}  // namespace tally
