#include "cluster/stream.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/cluster/support.h"

namespace tally {
namespace {

class StreamTest : public testing::Test {
 protected:
  std::int64_t put(const std::string& name, std::int64_t total, std::uint64_t sequence) {
    return stream.put({names(name), total, Sequence{sequence}});
  }

  static std::vector<NamedEntry> named(const std::vector<Entry>& entries) {
    std::vector<NamedEntry> named;
    for (const Entry& entry : entries) {
      named.push_back({std::string(entry.counter->name()), entry.total, entry.sequence});
    }
    return named;
  }
  std::vector<NamedEntry> since(std::uint64_t after) const { return named(stream.since(Sequence{after})); }

  Names names;
  Stream stream{ServerIndex{0}};
};

using Entries = std::vector<NamedEntry>;

TEST_F(StreamTest, NothingIsKnownOfANewOne) {
  EXPECT_TRUE(stream.empty());
  EXPECT_EQ(stream.mark(), Sequence{0});
  EXPECT_FALSE(stream.find(names("x")));
  EXPECT_TRUE(since(0).empty());
}

TEST_F(StreamTest, TheNewestEntryOfACounterStays) {
  EXPECT_EQ(put("x", 5, 1), 0);
  EXPECT_EQ(put("y", 7, 1), 0);
  EXPECT_EQ(put("x", -2, 3), 5) << "the total that it replaces";
  EXPECT_EQ(since(0), (Entries{{"y", 7, Sequence{1}}, {"x", -2, Sequence{3}}}));
  EXPECT_EQ(since(1), (Entries{{"x", -2, Sequence{3}}}));
  EXPECT_TRUE(since(3).empty());
  EXPECT_EQ(stream.find(names("x"))->total, -2);
}

TEST_F(StreamTest, AMarkMovesWithoutEntries) {
  EXPECT_EQ(stream.changed(), Sequence{0});
  stream.advance(Sequence{9});
  EXPECT_EQ(stream.changed(), Sequence{0});
  EXPECT_EQ(stream.mark(), Sequence{9});
  EXPECT_TRUE(stream.empty());
  put("x", 1, 10);
  EXPECT_EQ(since(9).size(), 1U);
  stream.advance(Sequence{12});
  EXPECT_EQ(stream.changed(), Sequence{10});
}

TEST_F(StreamTest, WhatWouldRewriteHistoryIsABug) {
  put("x", 1, 5);
  EXPECT_DEATH(put("y", 1, 4), "sequence");
  EXPECT_DEATH(stream.advance(Sequence{4}), "mark");
  stream.advance(Sequence{7});
  EXPECT_DEATH(put("y", 1, 7), "mark_");
  EXPECT_DEATH(stream.advance(Sequence{6}), "mark_");
}

// The twin keeps everything that was ever put, and looks at all of it. Few counters change often, so that
// sweeping happens all the time.
TEST_F(StreamTest, AgreesWithAListOfEverythingThatWasEverPut) {
  struct Put {
    std::string name;
    std::int64_t total;
    std::uint64_t sequence;
  };
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    stream = Stream(ServerIndex{0});
    std::vector<Put> all;
    const auto last_of = [&all](const std::string& name) {
      return std::find_if(all.rbegin(), all.rend(), [&](const Put& put) { return put.name == name; });
    };
    const std::uint64_t counters = 1 + random.below(200);
    std::uint64_t mark = 0;
    for (int seal = 0; seal < 60; ++seal) {
      ++mark;
      for (std::uint64_t i = random.below(30); i > 0; --i) {
        const std::string name = std::to_string(random.below(counters));
        const auto total = static_cast<std::int64_t>(random());
        const auto before = last_of(name);
        ASSERT_EQ(put(name, total, mark), before == all.rend() ? 0 : before->total);
        all.push_back({name, total, mark});
      }
      stream.advance(Sequence{mark});
      const std::uint64_t after = random.below(mark + 1);
      Entries expected;
      for (const Put& put : all) {
        if (put.sequence > after && last_of(put.name).base() - 1 == all.begin() + (&put - all.data())) {
          expected.push_back({put.name, put.total, Sequence{put.sequence}});
        }
      }
      ASSERT_EQ(since(after), expected) << "seed " << seed << ", after " << after << " of " << mark;
      ASSERT_EQ(stream.empty(), all.empty());
    }
  }
}

}  // namespace
}  // namespace tally
