// Where counters live: packed one behind the other, never moved, never freed before the end. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "base/mutex.h"
#include "count/atomic.h"
#include "count/counter.h"

namespace tally {

class CounterArena {
  struct Chunk;

 public:
  CounterArena();
  ~CounterArena();
  CounterArena(const CounterArena&) = delete;
  CounterArena& operator=(const CounterArena&) = delete;

  // Takes a lock. The name has at most 255 bytes.
  Counter* make(std::string_view name);

  // Visits every counter in the order in which they were made, which is the same in every walk. At the end
  // next() is null, and goes on once more were made. Used by one thread; nobody waits for it. Walking needs
  // no section, looking into a counter does.
  class Walk {
   public:
    // Leaves out the first `skipped`: that costs a binary search and a walk through less than a chunk.
    explicit Walk(const CounterArena& arena, std::size_t skipped = 0);
    Counter* next();

   private:
    const CounterArena* arena_;
    std::size_t chunk_ = 0;
    std::size_t offset_ = 0;
  };

 private:
  // Each chunk is twice the one before, up to the largest.
  static constexpr std::size_t kFirstChunkBytes = 4096;
  static constexpr std::size_t kLargestChunkBytes = std::size_t{64} * 1024;
  // Block b of the directory has room for 2^b chunks, so that nothing moves when it grows.
  static constexpr std::size_t kBlocks = 32;
  using Block = std::unique_ptr<Chunk*[]>;

  static std::size_t footprint(std::size_t name_size);
  Chunk& chunk(std::size_t index) const;
  Chunk& add_chunk() TALLY_REQUIRES(mutex_);

  Mutex mutex_;
  std::size_t made_ TALLY_GUARDED_BY(mutex_) = 0;
  std::array<Block, kBlocks> directory_;  // what stands in it below chunks_ never changes
  Atomic<std::size_t> chunks_{0};
};

}  // namespace tally
