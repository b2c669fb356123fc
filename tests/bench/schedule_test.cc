#include "bench/load/schedule.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace tally::load {
namespace {

constexpr Instant kStart{std::chrono::hours(1)};

TEST(Schedule, SendsTheFirstAtOnceAndTheRestEvenly) {
  const Schedule schedule(kStart, 4);
  EXPECT_EQ(schedule.intended(0), kStart);
  EXPECT_EQ(schedule.intended(1), kStart + std::chrono::milliseconds(250));
  EXPECT_EQ(schedule.intended(6), kStart + std::chrono::milliseconds(1500));
}

TEST(Schedule, SendsNothingBeforeItsStart) {
  const Schedule schedule(kStart, 1000);
  EXPECT_EQ(schedule.due(kStart - Duration(1)), 0U);
  EXPECT_EQ(schedule.due(kStart), 1U);
}

TEST(Schedule, DoesNotWaitForAServerThatStalls) {
  const Schedule schedule(kStart, 1000);
  EXPECT_EQ(schedule.due(kStart + std::chrono::seconds(3) - Duration(1)), 3000U);
}

TEST(Schedule, HasEachRequestDueFromItsIntendedMomentOn) {
  Random random(3);
  for (int i = 0; i < 10'000; ++i) {
    const Schedule schedule(kStart, 1 + random.below(1'000'000'000));
    const std::uint64_t request = random.below(1'000'000'000'000);
    const Instant moment = schedule.intended(request);
    ASSERT_GT(schedule.due(moment), request);
    if (moment > kStart) {
      ASSERT_LE(schedule.due(moment - Duration(1)), request);
    }
  }
}

}  // namespace
}  // namespace tally::load
