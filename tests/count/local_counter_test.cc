#include "count/local_counter.h"

#include <memory>

#include <gtest/gtest.h>

#include "base/random.h"

namespace tally {
namespace {

SpreadCells& never() {
  ADD_FAILURE() << "spread without a race";
  std::abort();
}

TEST(LocalCounter, AnAddReturnsTheTotalThatItMade) {
  LocalCounter counter;
  EXPECT_EQ(counter.add(5, 0, nullptr, never), 5);
  EXPECT_EQ(counter.add(-7, 1, nullptr, never), -2);
  EXPECT_EQ(counter.total(nullptr), -2);
}

TEST(LocalCounter, OnceSpreadEveryThreadAddsToACellOfItsOwn) {
  LocalCounter counter;
  SpreadCells spread;
  EXPECT_EQ(counter.add(1, 0, nullptr, never), 1);
  EXPECT_EQ(counter.add(2, 0, &spread, never), 3);
  EXPECT_EQ(counter.add(4, 1, &spread, never), 7);
  EXPECT_EQ(counter.add_to_room(8, &spread), 15);
  EXPECT_EQ(spread.sum(), 6);
  EXPECT_EQ(counter.total(&spread), 15);
}

TEST(LocalCounter, TheLimitOfTheOneCellIsExact) {
  for (const std::int64_t sign : {1, -1}) {
    LocalCounter counter;
    counter.set(sign * kSmallCell, nullptr);
    EXPECT_TRUE(counter.has_room());
    EXPECT_EQ(counter.add(sign, 0, nullptr, never), sign * (kSmallCell + 1));
    EXPECT_FALSE(counter.has_room());
    EXPECT_EQ(counter.add(sign, 0, nullptr, never), std::nullopt);
    EXPECT_EQ(counter.total(nullptr), sign * (kSmallCell + 1));
  }
}

TEST(LocalCounter, ASpreadCellTakesNothingBeyondItsLimitAndFoldsBack) {
  LocalCounter counter;
  SpreadCells spread;
  std::int64_t total = 0;
  while (counter.add(kSmallDelta, 3, &spread, never)) total += kSmallDelta;
  EXPECT_EQ(total, kSmallSpread);
  EXPECT_TRUE(counter.add(kSmallDelta, 4, &spread, never)) << "another thread's cell has room";
  total += kSmallDelta;
  EXPECT_EQ(counter.total(&spread), total);
  counter.set(total + 1, &spread);
  EXPECT_EQ(counter.total(&spread), total + 1);
  EXPECT_EQ(spread.sum(), 0);
}

TEST(LocalCounter, NoSpreadAddPassesWhenTheOneCellIsFull) {
  LocalCounter counter;
  SpreadCells spread;
  counter.set(kSmallCell + 1, &spread);
  EXPECT_EQ(counter.add(1, 0, &spread, never), std::nullopt);
}

}  // namespace
}  // namespace tally
