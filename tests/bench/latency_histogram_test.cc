#include "bench/load/latency_histogram.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace tally::load {
namespace {

TEST(LatencyHistogram, IsExactBelow256Nanoseconds) {
  LatencyHistogram histogram;
  for (int value = 0; value < 256; ++value) histogram.record(Duration(value));
  EXPECT_EQ(histogram.quantile(500), Duration(127));
  EXPECT_EQ(histogram.quantile(1000), Duration(255));
  EXPECT_EQ(histogram.quantile(1), Duration(0));
}

TEST(LatencyHistogram, OfNothingIsZero) {
  EXPECT_EQ(LatencyHistogram().quantile(999), Duration::zero());
  EXPECT_EQ(LatencyHistogram().max(), Duration::zero());
}

TEST(LatencyHistogram, OfOneValueSaysThatValueAtEveryQuantile) {
  LatencyHistogram histogram;
  histogram.record(Duration::max());
  for (const unsigned per_mille : {1U, 500U, 1000U})
    EXPECT_EQ(histogram.quantile(per_mille), Duration::max());
}

// The dumb twin: all values, sorted.
TEST(LatencyHistogram, IsNeverBelowTheTrueQuantileNorAboveItByMoreThanOnePartIn128) {
  Random random(7);
  for (int history = 0; history < 50; ++history) {
    LatencyHistogram histogram;
    std::vector<Duration> all(1 + random.below(2000));
    for (Duration& value : all) {
      value = Duration(random.below(std::uint64_t{1} << (1 + random.below(62))));
      histogram.record(value);
    }
    std::sort(all.begin(), all.end());
    ASSERT_EQ(histogram.count(), all.size());
    ASSERT_EQ(histogram.max(), all.back());
    for (const unsigned per_mille : {1U, 500U, 900U, 990U, 999U, 1000U}) {
      const Duration exact = all[(all.size() * per_mille + 999) / 1000 - 1];
      ASSERT_GE(histogram.quantile(per_mille), exact);
      ASSERT_LE(histogram.quantile(per_mille) - exact, exact / 128);
    }
  }
}

}  // namespace
}  // namespace tally::load
