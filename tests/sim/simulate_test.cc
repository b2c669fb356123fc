#include "sim/simulate.h"

#include <sstream>

#include <gtest/gtest.h>

namespace tally::sim {
namespace {

TEST(Simulate, ASeedDecidesEverything) {
  std::ostringstream one;
  std::ostringstream other;
  const Report first = simulate(7, nullptr, &one);
  const Report second = simulate(7, nullptr, &other);
  EXPECT_EQ(first.trace_hash, second.trace_hash);
  EXPECT_EQ(one.str(), other.str());
  EXPECT_NE(first.trace_hash, simulate(8, nullptr, nullptr).trace_hash);
}

TEST(Simulate, TracingChangesNothing) {
  std::ostringstream trace;
  EXPECT_EQ(simulate(9, nullptr, &trace).trace_hash, simulate(9, nullptr, nullptr).trace_hash);
  EXPECT_FALSE(trace.str().empty());
}

// A law that nothing ever tempts proves nothing.
TEST(Simulate, ManySeedsSeeEverything) {
  std::map<std::string, unsigned> sights;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    for (const auto& [what, times] : simulate(seed, nullptr, nullptr).sights) sights[what] += times;
  }
  for (const auto& [what, times] : sights) std::cout << what << ": " << times << '\n';
  constexpr std::size_t kFaults = 19;
  constexpr std::size_t kOutcomes =
      8;  // held by memory, the disk, 1 to 3 peers; refused, untold, not counted
  EXPECT_EQ(sights.size(), kFaults + kOutcomes);
}

}  // namespace
}  // namespace tally::sim
