#include "cluster/staging.h"

#include <algorithm>
#include <set>
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

TEST(Staging, AShareOfOnePartIsWholeAtOnce) {
  Staging staging;
  EXPECT_EQ(staging.add(part(1, 0, 1)), part(1, 0, 1));
  EXPECT_EQ(staging.senders(), 0U);
}

TEST(Staging, NothingComesOutBeforeTheLastMissingPart) {
  Staging staging;
  EXPECT_EQ(staging.add(part(1, 2, 3)), std::nullopt);
  EXPECT_EQ(staging.add(part(1, 0, 3)), std::nullopt);
  EXPECT_EQ(staging.senders(), 1U);
  const auto whole = staging.add(part(1, 1, 3));
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->header, header(run(1), "a", 0, 3));
  EXPECT_EQ(whole->entries, (std::vector<NamedEntry>{
                                {"n0", 1, Sequence{1}}, {"n1", 1, Sequence{2}}, {"n2", 1, Sequence{3}}}));
  EXPECT_EQ(staging.senders(), 0U);
}

TEST(Staging, PartsComeTwiceAndInAnyOrder) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random(seed);
    const auto count = static_cast<std::uint32_t>(2 + random.below(6));
    std::vector<Part> parts;
    for (std::uint32_t i = 0; i < count; ++i) parts.push_back(part(1, i, count));
    std::shuffle(parts.begin(), parts.end(), random);
    Staging staging;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      ASSERT_EQ(staging.add(parts[i]), std::nullopt);
      ASSERT_EQ(staging.add(parts[random.below(i + 1)]), std::nullopt);
    }
    const auto whole = staging.add(parts.back());
    ASSERT_TRUE(whole) << "seed " << seed;
    ASSERT_EQ(whole->entries.size(), count);
    for (std::uint32_t i = 0; i < count; ++i) ASSERT_EQ(whole->entries[i].sequence, Sequence{i + 1});
  }
}

TEST(Staging, ANewShareDropsTheOldOne) {
  Staging staging;
  EXPECT_EQ(staging.add(part(1, 0, 2)), std::nullopt);
  EXPECT_EQ(staging.add(part(2, 1, 2)), std::nullopt);
  EXPECT_EQ(staging.add(part(1, 1, 2)), std::nullopt) << "and an old part the new one";
  EXPECT_EQ(staging.add(part(2, 0, 2)), std::nullopt);
  EXPECT_TRUE(staging.add(part(2, 1, 2)));
}

TEST(Staging, PartsThatSayDifferentThingsAreNotOneShare) {
  Staging staging;
  EXPECT_EQ(staging.add(part(1, 0, 2)), std::nullopt);
  Part other = part(1, 1, 2);
  other.header.through = Sequence{9};
  EXPECT_EQ(staging.add(other), std::nullopt);
  other.header = header(run(2), "a", 0, 2);
  EXPECT_EQ(staging.add(other), std::nullopt);
  EXPECT_EQ(staging.add(part(1, 1, 3)), std::nullopt);
  EXPECT_EQ(staging.senders(), 1U);
}

TEST(Staging, EverySenderHasItsOwn) {
  Staging staging;
  EXPECT_EQ(staging.add(part(1, 0, 2, 1)), std::nullopt);
  EXPECT_EQ(staging.add(part(1, 1, 2, 2)), std::nullopt);
  EXPECT_EQ(staging.senders(), 2U);
  EXPECT_TRUE(staging.add(part(1, 1, 2, 1)));
  staging.keep_only(std::set{run(1)});
  EXPECT_EQ(staging.senders(), 0U);
  EXPECT_EQ(staging.add(part(1, 0, 2, 2)), std::nullopt);
}

}  // namespace
}  // namespace tally
