#include "bench/load/latency_histogram.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace tally::load {

std::size_t LatencyHistogram::bucket_of(std::uint64_t value) {
  const auto width = static_cast<std::size_t>(std::bit_width(value));
  const std::size_t shift = width > kHalfBits + 1 ? width - kHalfBits - 1 : 0;
  return shift * kHalf + (value >> shift);
}

std::uint64_t LatencyHistogram::end_of(std::size_t bucket) {
  if (bucket < 2 * kHalf) return bucket;
  const std::size_t shift = bucket / kHalf - 1;
  return ((bucket - shift * kHalf + 1) << shift) - 1;
}

void LatencyHistogram::record(Duration latency) {
  TALLY_CHECK(latency.count() >= 0);
  ++buckets_[bucket_of(static_cast<std::uint64_t>(latency.count()))];
  ++count_;
  max_ = std::max(max_, latency);
}

Duration LatencyHistogram::quantile(unsigned per_mille) const {
  TALLY_CHECK(per_mille >= 1 && per_mille <= 1000);
  const std::uint64_t rank = (count_ * per_mille + 999) / 1000;
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; seen < rank; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= rank) return std::min(Duration(end_of(bucket)), max_);
  }
  return Duration::zero();
}

}  // namespace tally::load
