#include "net/per_loop_count.h"

#include <cstdlib>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tally::net {
namespace {

TEST(PerLoopCount, IsTheSumOfItsParts) {
  PerLoopCount count;
  EXPECT_EQ(count.sum(), 0U);
  PerLoopCount::Part& one = count.make_part();
  PerLoopCount::Part& other = count.make_part();
  one.add(5);
  other.add(7);
  one.subtract(3);
  EXPECT_EQ(count.sum(), 9U);
}

TEST(PerLoopCount, LosesNothingWhereEachThreadHasItsPart) {
  constexpr std::uint64_t kEach = 100'000;
  PerLoopCount count;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&count] {
      PerLoopCount::Part& part = count.make_part();
      for (std::uint64_t added = 0; added < kEach; ++added) part.add(1);
    });
  }
  for (std::uint64_t last = 0; last < kEach;) {
    const std::uint64_t now = count.sum();
    ASSERT_GE(now, last) << "nothing was subtracted";
    last = now;
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count.sum(), 3 * kEach);
}

TEST(PerLoopCount, KeepsItsPartsOnCacheLinesOfTheirOwn) {
  PerLoopCount count;
  const auto* one = reinterpret_cast<const char*>(&count.make_part());
  const auto* other = reinterpret_cast<const char*>(&count.make_part());
  EXPECT_GE(std::abs(other - one), 64);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(one) % 64, 0U);
}

}  // namespace
}  // namespace tally::net
