#include "cluster/staging.h"

#include <chrono>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/cluster/support.h"

namespace tally {
namespace {

// Part `index` of `count`: one entry, whose sequence says which.
Part part(std::uint64_t share, std::uint32_t index, std::uint32_t count, std::uint64_t sender = 1) {
  const std::uint64_t sequence = index + 1;
  return {member("a", sender),
          share,
          index,
          count,
          0,
          header(run(1), "a", 0, count),
          {{"n" + std::to_string(index), 1, Sequence{sequence}}}};
}

using Runs = std::set<StreamId>;

class StagingTest : public testing::Test {
 protected:
  // The whole share, if `part` makes one.
  std::optional<Part> add(Part part) { return staging.add(std::move(part), now).value(); }

  Instant now{};
  Staging staging{{.bytes = 10'000, .patience = std::chrono::seconds(60)}};
};

TEST_F(StagingTest, AShareOfOnePartIsWholeAtOnce) {
  EXPECT_EQ(add(part(1, 0, 1)), part(1, 0, 1));
  EXPECT_EQ(staging.senders(), 0U);
}

TEST_F(StagingTest, NothingComesOutBeforeTheLastPart) {
  EXPECT_EQ(add(part(1, 0, 3)), std::nullopt);
  EXPECT_EQ(add(part(1, 1, 3)), std::nullopt);
  EXPECT_EQ(staging.senders(), 1U);
  const auto whole = add(part(1, 2, 3));
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->header, header(run(1), "a", 0, 3));
  EXPECT_EQ(whole->entries, (std::vector<NamedEntry>{
                                {"n0", 1, Sequence{1}}, {"n1", 1, Sequence{2}}, {"n2", 1, Sequence{3}}}));
  EXPECT_EQ(staging.senders(), 0U);
  EXPECT_EQ(staging.bytes(), 0U);
}

TEST_F(StagingTest, PartsThatComeTwiceOrLateChangeNothing) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random(seed);
    const auto count = static_cast<std::uint32_t>(2 + random.below(6));
    for (std::uint32_t i = 0; i + 1 < count; ++i) {
      ASSERT_EQ(add(part(seed, i, count)), std::nullopt);
      ASSERT_EQ(add(part(seed, static_cast<std::uint32_t>(random.below(i + 1)), count)), std::nullopt);
    }
    const auto whole = add(part(seed, count - 1, count));
    ASSERT_TRUE(whole) << "seed " << seed;
    ASSERT_EQ(whole->entries.size(), count);
    for (std::uint32_t i = 0; i < count; ++i) ASSERT_EQ(whole->entries[i].sequence, Sequence{i + 1});
  }
}

TEST_F(StagingTest, APartAfterAGapIsLeftOut) {
  EXPECT_EQ(add(part(1, 1, 3)), std::nullopt);
  EXPECT_EQ(staging.senders(), 0U);
  EXPECT_EQ(add(part(1, 0, 3)), std::nullopt);
  EXPECT_EQ(add(part(1, 2, 3)), std::nullopt);
  EXPECT_EQ(add(part(1, 1, 3)), std::nullopt);
  EXPECT_TRUE(add(part(1, 2, 3)));
}

TEST_F(StagingTest, ANewShareDropsTheOldOne) {
  EXPECT_EQ(add(part(1, 0, 2)), std::nullopt);
  EXPECT_EQ(add(part(2, 0, 2)), std::nullopt);
  EXPECT_EQ(add(part(1, 1, 2)), std::nullopt) << "a late part of the old one";
  EXPECT_TRUE(add(part(2, 1, 2)));
}

TEST_F(StagingTest, PartsThatSayDifferentThingsAreNotOneShare) {
  EXPECT_EQ(add(part(1, 0, 2)), std::nullopt);
  Part other = part(1, 1, 2);
  other.header.through = Sequence{9};
  EXPECT_EQ(add(other), std::nullopt);
  other.header = header(run(2), "a", 0, 2);
  EXPECT_EQ(add(other), std::nullopt);
  EXPECT_EQ(add(part(1, 1, 3)), std::nullopt);
  EXPECT_TRUE(add(part(1, 1, 2)));
}

TEST_F(StagingTest, EverySenderHasItsOwn) {
  EXPECT_EQ(add(part(1, 0, 2, 1)), std::nullopt);
  EXPECT_EQ(add(part(1, 0, 2, 2)), std::nullopt);
  EXPECT_EQ(staging.senders(), 2U);
  EXPECT_TRUE(add(part(1, 1, 2, 1)));
  staging.sweep(Runs{run(1)}, now);
  EXPECT_EQ(staging.senders(), 0U);
  EXPECT_EQ(staging.bytes(), 0U);
  EXPECT_EQ(add(part(1, 1, 2, 2)), std::nullopt) << "what its run had begun is gone";
}

// ---- bounds

TEST_F(StagingTest, APromiseOfManyPartsCostsNothing) {
  add(part(1, 0, 2, 1));
  const std::size_t two = staging.bytes();
  add(part(1, 0, std::uint32_t{1} << 31, 2));
  EXPECT_EQ(staging.bytes(), 2 * two);
}

TEST_F(StagingTest, OfTooMuchTheShareThatBeganLastGoesAndTheOldestComesThrough) {
  constexpr std::uint32_t kParts = 10;
  constexpr std::uint64_t kSenders = 20;
  for (std::uint32_t i = 0; i + 1 < kParts; ++i) {
    for (std::uint64_t sender = 1; sender <= kSenders; ++sender) {
      EXPECT_EQ(add(part(1, i, kParts, sender)), std::nullopt);
      EXPECT_LE(staging.bytes(), 10'000U);
    }
  }
  EXPECT_LT(staging.senders(), kSenders);
  EXPECT_TRUE(add(part(1, kParts - 1, kParts, 1)));
  EXPECT_EQ(add(part(1, kParts - 1, kParts, kSenders)), std::nullopt) << "it has to be sent again";
}

TEST_F(StagingTest, AShareBeyondTheLimitIsAnError) {
  Part large = part(1, 0, 3);
  large.entries[0].name.assign(10'000, 'x');
  const auto added = staging.add(large, now);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::too_large);
  EXPECT_EQ(staging.senders(), 0U);
  EXPECT_EQ(staging.bytes(), 0U);
}

TEST_F(StagingTest, AShareThatGotNoPartForTooLongGoes) {
  add(part(1, 0, 3));
  now += std::chrono::seconds(50);
  add(part(1, 1, 3));
  now += std::chrono::seconds(60);
  staging.sweep(Runs{run(1)}, now);
  EXPECT_EQ(staging.senders(), 1U);
  staging.sweep(Runs{run(1)}, now + std::chrono::milliseconds(1));
  EXPECT_EQ(staging.senders(), 0U);
  EXPECT_EQ(add(part(1, 2, 3)), std::nullopt);
  EXPECT_EQ(staging.bytes(), 0U);
}

}  // namespace
}  // namespace tally
