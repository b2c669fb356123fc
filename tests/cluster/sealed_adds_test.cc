#include "cluster/sealed_adds.h"

#include <map>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/cluster/support.h"

namespace tally {
namespace {

TEST(SealedAdds, AMarkBetweenTwoSealsStandsForTheEarlier) {
  SealedAdds adds;
  EXPECT_EQ(adds.up_to(Sequence{9}), 0U);
  adds.sealed(Sequence{2}, 5);
  adds.sealed(Sequence{3}, 5);
  adds.sealed(Sequence{6}, 7);
  EXPECT_EQ(adds.up_to(Sequence{0}), 0U);
  EXPECT_EQ(adds.up_to(Sequence{1}), 0U);
  EXPECT_EQ(adds.up_to(Sequence{2}), 5U);
  EXPECT_EQ(adds.up_to(Sequence{5}), 5U);
  EXPECT_EQ(adds.up_to(Sequence{6}), 7U);
  EXPECT_EQ(adds.up_to(Sequence{1000}), 7U);
}

TEST(SealedAdds, SealsThatAddNothingCostNothing) {
  SealedAdds adds;
  for (std::uint64_t i = 1; i < 1'000'000; ++i) adds.sealed(Sequence{i}, i < 10 ? i : 10);
  EXPECT_EQ(adds.remembered(), 10U);
}

// The twin remembers all.
TEST(SealedAdds, WhatIsForgottenNeverMakesAHolderLackLess) {
  Random random(7);
  SealedAdds adds;
  std::map<Sequence, std::uint64_t> twin{{Sequence{0}, 0}};
  Sequence sequence{0};
  std::uint64_t made = 0;
  for (std::size_t i = 0; i < 20 * SealedAdds::kMost; ++i) {
    sequence = Sequence{number(sequence) + 1 + random.below(3)};
    made += random.below(5);
    adds.sealed(sequence, made);
    twin[sequence] = made;
    ASSERT_LE(adds.remembered(), SealedAdds::kMost);
    const Sequence mark{random.below(number(sequence) + 2)};
    ASSERT_LE(adds.up_to(mark), std::prev(twin.upper_bound(mark))->second);
    ASSERT_EQ(adds.up_to(sequence), made) << "the newest is always remembered";
  }
}

TEST(SealedAdds, TheNewestSealsAreRememberedExactly) {
  SealedAdds adds;
  const std::uint64_t last = 50 * SealedAdds::kMost;
  for (std::uint64_t i = 1; i <= last; ++i) adds.sealed(Sequence{i}, 3 * i);
  for (std::uint64_t i = last - SealedAdds::kMost / 4; i <= last; ++i) {
    ASSERT_EQ(adds.up_to(Sequence{i}), 3 * i);
  }
  EXPECT_GT(adds.up_to(Sequence{last / 2}), 0U) << "and of those long ago some";
}

}  // namespace
}  // namespace tally
