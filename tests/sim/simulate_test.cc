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

}  // namespace
}  // namespace tally::sim
