#include "cluster/outgoing_share.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "cluster/replica.h"
#include "cluster/staging.h"
#include "tests/api/random_text.h"
#include "tests/cluster/support.h"

namespace tally {
namespace {

// The largest numbers take the most bytes.
Part about(std::uint64_t through) {
  Member sender{server(std::string(64, 's')), run(1), "http://" + std::string(250, 'u')};
  return {sender, ~std::uint64_t{0}, 0,
          0,      ~std::uint64_t{0}, header(run(1), std::string(64, 's'), 0, through),
          {}};
}

std::vector<std::string> parts_of(const OutgoingShare& share) {
  std::vector<std::string> parts;
  for (std::uint32_t i = 0; i < share.parts(); ++i) parts.push_back(share.part(i));
  return parts;
}

TEST(OutgoingShare, AnEmptyOneIsOnePart) {
  const auto parts = parts_of(OutgoingShare(about(7), {}, 1000));
  ASSERT_EQ(parts.size(), 1U);
  const Part part = decode_part(parts[0]).value();
  EXPECT_EQ(part.count, 1U);
  EXPECT_EQ(part.header, about(7).header);
  EXPECT_TRUE(part.entries.empty());
}

TEST(OutgoingShare, AnEntryThatExceedsTheLimitTravelsAlone) {
  Names names;
  const auto parts =
      parts_of(OutgoingShare(about(2), names.entries({{"x", 1, Sequence{1}}, {"y", 1, Sequence{2}}}), 1));
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(decode_part(parts[1]).value().entries, (std::vector<NamedEntry>{{"y", 1, Sequence{2}}}));
}

TEST(OutgoingShare, PartsFitTheLimitAndTogetherHoldEverythingInOrder) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Random random(seed);
    Names names;
    std::vector<NamedEntry> all;
    std::uint64_t sequence = ~std::uint64_t{0} - 2'000;
    for (std::uint64_t i = random.below(300); i > 0; --i) {
      sequence += random.below(3);
      const std::string name = std::to_string(i) + random_name(random);
      const auto total = std::int64_t{-1} - static_cast<std::int64_t>(random() >> 1);
      all.push_back({name, total, Sequence{sequence}});
    }
    const std::size_t limit = 900 + random.below(8'000);
    std::vector<std::string> parts =
        parts_of(OutgoingShare(about(~std::uint64_t{0}), names.entries(all), limit));

    Staging staging(ReplicaOptions{}.staging);
    std::optional<Part> whole;
    for (const std::string& part : parts) {
      ASSERT_LE(part.size(), limit) << "seed " << seed;
      ASSERT_FALSE(whole);
      auto decoded = decode_part(part);
      ASSERT_TRUE(decoded) << decoded.error().detail;
      ASSERT_EQ(decoded->count, parts.size());
      whole = staging.add(std::move(*decoded), {}).value();
    }
    ASSERT_TRUE(whole) << "seed " << seed;
    ASSERT_EQ(whole->entries, all) << "seed " << seed;
    ASSERT_EQ(whole->header, about(~std::uint64_t{0}).header);
  }
}

TEST(OutgoingShare, TellsNothingThatWasCountedLater) {
  Names names;
  ASSERT_TRUE(names.thread.add("x", 1));
  OutgoingShare share(about(1), names.entries({{"x", 1, Sequence{1}}}), 1000);
  ASSERT_TRUE(names.thread.add("x", 100));
  EXPECT_EQ(decode_part(share.part(0)).value().entries.at(0).total, 1);
}

}  // namespace
}  // namespace tally
