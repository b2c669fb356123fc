// How long things took, in buckets whose width is a constant part of what they hold: the log-linear ones of
// HdrHistogram (Gil Tene, https://hdrhistogram.org).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/duration.h"

namespace tally::load {

// Exact to the nanosecond below 256 ns, to less than 1 part in 128 above. 58 kB, whatever is recorded. One
// thread.
class LatencyHistogram {
 public:
  // Not negative.
  void record(Duration latency);

  std::uint64_t count() const { return count_; }

  // The least duration that `per_mille` of a thousand did not exceed, rounded up to the end of its bucket; of
  // 1 to 1000. Zero when nothing was recorded.
  Duration quantile(unsigned per_mille) const;
  Duration max() const { return max_; }  // exact

 private:
  // Each power of two from 256 on is cut into kHalf buckets; below it, they are a nanosecond wide.
  static constexpr std::size_t kHalfBits = 7;
  static constexpr std::size_t kHalf = std::size_t{1} << kHalfBits;

  static std::size_t bucket_of(std::uint64_t value);
  static std::uint64_t end_of(std::size_t bucket);

  std::array<std::uint64_t, (64 - kHalfBits) * kHalf> buckets_{};
  std::uint64_t count_ = 0;
  Duration max_{};
};

}  // namespace tally::load
