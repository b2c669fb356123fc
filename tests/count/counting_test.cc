#include "count/counting.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace tally {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

class CountingTest : public testing::Test {
 protected:
  ServerIndex server(const std::string& id) { return counting.servers().index(ServerId::parse(id).value()); }
  Counter& counter(const std::string& name) { return *thread.find_or_insert(name); }
  std::int64_t add(const std::string& name, std::int64_t delta) {
    return thread.add(name, delta).value().value;
  }

  std::map<std::string, std::int64_t> sealed() {
    std::map<std::string, std::int64_t> totals;
    for (const auto& [changed, total] : counting.seal().changed) {
      EXPECT_TRUE(totals.emplace(changed->name(), total).second) << "twice in one seal";
    }
    return totals;
  }

  Counting counting{2, 1};
  CountingThread thread{counting};
};

using Totals = std::map<std::string, std::int64_t>;

TEST_F(CountingTest, ACounterThatNobodyTouchedIsZero) {
  EXPECT_EQ(thread.value("none"), 0);
  EXPECT_EQ(thread.find("none"), nullptr);
  EXPECT_TRUE(thread.nodes(nullptr).empty());
}

TEST_F(CountingTest, AnAddAnswersWithItsOwnAndAllOtherStreams) {
  EXPECT_EQ(add("x", 5), 5);
  counting.update(counter("x"), server("b"), 100);
  EXPECT_EQ(add("x", -7), 98);
  EXPECT_EQ(thread.value("x"), 98);
  EXPECT_EQ(counter("x").total(), -2);
  EXPECT_EQ(counting.value_of(counter("x"), server("b")), 100);
}

TEST_F(CountingTest, ASealHasEachChangedCounterOnceWithItsTotal) {
  add("a", 1);
  add("b", 2);
  add("a", 3);
  EXPECT_EQ(sealed(), (Totals{{"a", 4}, {"b", 2}}));
  add("b", -2);
  EXPECT_EQ(sealed(), (Totals{{"b", 0}}));
}

TEST_F(CountingTest, ASealHappensEvenIfNothingChanged) {
  EXPECT_EQ(counting.seal().sequence, Sequence{1});
  const Seal second = counting.seal();
  EXPECT_EQ(second.sequence, Sequence{2});
  EXPECT_TRUE(second.changed.empty());
}

TEST_F(CountingTest, ATicketIsTheNextSeals) {
  EXPECT_EQ(thread.add("x", 1)->ticket, Sequence{1});
  EXPECT_EQ(thread.add("x", 1)->ticket, Sequence{1});
  counting.seal();
  EXPECT_EQ(thread.add("x", 1)->ticket, Sequence{2});
}

TEST_F(CountingTest, CountingZeroIsCounting) {
  EXPECT_FALSE(counter("x").touched());
  EXPECT_EQ(add("x", 0), 0);
  EXPECT_TRUE(counter("x").touched());
  EXPECT_EQ(sealed(), (Totals{{"x", 0}}));
}

TEST_F(CountingTest, WhatOthersCountedIsNotSealed) {
  counting.update(counter("x"), server("b"), 7);
  EXPECT_TRUE(counter("x").touched());
  EXPECT_TRUE(counting.seal().changed.empty());
}

TEST_F(CountingTest, ABatchSumsDeltasOfOneNameAndAnswersForTheWhole) {
  add("a", 10);
  std::vector<std::int64_t> values(4);
  Counter& a = counter("a");
  Counter& b = counter("b");
  ASSERT_TRUE(thread.add(std::vector<Change>{{&b, 1}, {&a, 5}, {&b, 2}, {&a, -20}}, values));
  EXPECT_EQ(values, (std::vector<std::int64_t>{3, -5, 3, -5}));
  EXPECT_EQ(sealed(), (Totals{{"a", -5}, {"b", 3}}));
}

TEST_F(CountingTest, AnEmptyBatchCountsNothing) {
  EXPECT_EQ(thread.add(std::span<const Change>{}, {}).value(), Sequence{1});
}

TEST_F(CountingTest, ABatchThatDoesNotFitCountsNothing) {
  add("full", kMost);
  counting.seal();
  std::vector<std::int64_t> values(2);
  const std::vector<Change> changes{{&counter("empty"), 1}, {&counter("full"), 1}};
  const Result<Sequence> refused = thread.add(changes, values);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::out_of_range);
  EXPECT_NE(refused.error().detail.find("'full'"), std::string::npos) << refused.error().detail;
  EXPECT_NE(refused.error().detail.find("Nothing was counted"), std::string::npos);
  EXPECT_EQ(thread.value("empty"), 0);
  EXPECT_EQ(thread.value("full"), kMost);
  EXPECT_FALSE(counter("empty").touched());
  EXPECT_TRUE(counting.seal().changed.empty());
}

TEST_F(CountingTest, DeltasThatOnlyTogetherFitAreOneAdd) {
  std::vector<std::int64_t> values(3);
  Counter& a = counter("a");
  ASSERT_TRUE(thread.add(std::vector<Change>{{&a, kMost}, {&a, kMost}, {&a, kLeast}}, values));
  EXPECT_EQ(values[0], kMost - 1);
}

TEST_F(CountingTest, TheWholeRangeOf64BitsIsExact) {
  EXPECT_EQ(add("low", kLeast), kLeast);
  EXPECT_FALSE(thread.add("low", -1));
  EXPECT_EQ(add("low", kMost), -1);
  EXPECT_EQ(add("low", 1), 0);
  EXPECT_EQ(add("high", kMost), kMost);
  EXPECT_FALSE(thread.add("high", 1));
  EXPECT_EQ(add("high", kLeast), -1);
}

TEST_F(CountingTest, AViewThatWouldNotFitIsRefusedThoughTheTotalWouldFit) {
  counting.update(counter("x"), server("b"), kMost);
  EXPECT_FALSE(thread.add("x", 1));
  EXPECT_EQ(add("x", -1), kMost - 1);
  EXPECT_EQ(add("x", 1), kMost);
}

TEST_F(CountingTest, MergingMayLeave64BitsAndReadsStayExact) {
  add("x", kMost);
  counting.update(counter("x"), server("b"), kMost);
  EXPECT_EQ(thread.value("x"), Int128{kMost} * 2);
  EXPECT_FALSE(thread.add("x", -1)) << "the answer would not fit";
  EXPECT_EQ(thread.value("x"), Int128{kMost} * 2);
}

TEST_F(CountingTest, ARefusalSaysWhichAddsWouldBeTaken) {
  struct Row {
    std::int64_t own;
    std::int64_t others;
    std::int64_t refused;
    const char* says;
  };
  const Row rows[] = {
      {kMost - 5, 0, 6, "add from -9223372036854775808 to 5, or count under another name."},
      {0, kMost - 5, 6, "add from -9223372036854775808 to 5, or count under another name."},
      {kMost, kLeast, 1, "add from -9223372036854775807 to 0, or count under another name."},
      {kMost, 100, -1, "add from -9223372036854775808 to -100, or count under another name."},
      {kLeast, -100, 0, "add from 100 to 9223372036854775807, or count under another name."},
  };
  int number = 0;
  for (const Row& row : rows) {
    const std::string name = std::to_string(++number);
    add(name, row.own);
    counting.update(counter(name), server("b"), row.others);
    const Result<Added> refused = thread.add(name, row.refused);
    ASSERT_FALSE(refused) << name;
    EXPECT_TRUE(refused.error().detail.ends_with(row.says)) << refused.error().detail;
  }
  add("hopeless", kLeast);
  counting.update(counter("hopeless"), server("b"), kMost);
  counting.update(counter("hopeless"), server("c"), kMost);
  counting.update(counter("hopeless"), server("d"), kMost);
  const Result<Added> refused = thread.add("hopeless", -1);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().detail.ends_with("no add here fits, so count under another name."))
      << refused.error().detail;
}

TEST_F(CountingTest, ManyTreesMayGrowBetweenSeals) {
  for (int i = 0; i < 20'000; ++i) counter(std::to_string(i));
  for (const char* id : {"a", "b", "c", "d"}) {
    for (auto walk = counting.table().walk(); Counter* each = walk.next();)
      counting.update(*each, server(id), 1);
  }
  EXPECT_EQ(thread.value("19999"), 4);
}

TEST_F(CountingTest, FindsOrMakesABurstOfNames) {
  add("b", 2);
  const std::vector<std::string_view> names{"a", "b", "a"};
  std::vector<Counter*> counters(3);
  ASSERT_TRUE(thread.find_or_insert(names, counters));
  EXPECT_EQ(counters[0], counters[2]);
  EXPECT_EQ(counters[1], thread.find("b"));
  EXPECT_EQ(counters[0]->name(), "a");
}

// The twin adds in 128 bits and asks afterwards whether everything fits.
TEST_F(CountingTest, CountsLikeAMapOfBigNumbers) {
  Random random(11);
  const auto near_an_edge = [&random] {
    constexpr std::int64_t kEdges[] = {0,          1,           -1,           kSmallDelta,  -kSmallDelta,
                                       kSmallCell, -kSmallCell, kSmallSpread, kSmallOthers, kMost / 2,
                                       kMost,      kLeast};
    const std::int64_t edge = kEdges[random.below(std::size(kEdges))];
    const auto step = static_cast<std::int64_t>(random.below(5)) - 2;
    return fits_int64(Int128{edge} + step) ? edge + step : edge;
  };
  struct Twin {
    Int128 own = 0;
    std::map<std::string, Int128> others;
    Int128 value() const {
      Int128 value = own;
      for (const auto& [id, other] : others) value += other;
      return value;
    }
  };
  std::map<std::string, Twin> twins;
  Totals dirty;
  const auto fits = [](const Twin& twin) { return fits_int64(twin.own) && fits_int64(twin.value()); };
  for (int step = 0; step < 20'000; ++step) {
    const std::string name = std::to_string(random.below(8));
    if (random.chance(10)) {
      const std::string id = random.chance(50) ? "a" : "b";
      const std::int64_t value = random.chance(50) ? 0 : near_an_edge();
      twins[name].others[id] = value;
      counting.update(counter(name), server(id), value);
    } else if (random.chance(50)) {
      const std::int64_t delta = near_an_edge();
      Twin after = twins[name];
      after.own += delta;
      const Result<Added> added = thread.add(name, delta);
      ASSERT_EQ(added.has_value(), fits(after));
      if (!added) continue;
      ASSERT_EQ(added->value, after.value());
      twins[name] = after;
      dirty[name] = static_cast<std::int64_t>(after.own);
    } else {
      std::vector<Change> changes;
      auto after = twins;
      for (std::uint64_t i = random.below(5); i > 0; --i) {
        const std::string each = std::to_string(random.below(8));
        changes.push_back({&counter(each), near_an_edge()});
        after[each].own += changes.back().delta;
      }
      std::vector<std::int64_t> values(changes.size());
      const Result<Sequence> added = thread.add(changes, values);
      const bool all_fit = std::all_of(changes.begin(), changes.end(), [&](const Change& change) {
        return fits(after[std::string(change.counter->name())]);
      });
      ASSERT_EQ(added.has_value(), all_fit);
      if (!added) continue;
      twins = after;
      for (std::size_t i = 0; i < changes.size(); ++i) {
        const std::string each(changes[i].counter->name());
        ASSERT_EQ(values[i], twins[each].value());
        dirty[each] = static_cast<std::int64_t>(twins[each].own);
      }
    }
    ASSERT_EQ(thread.value(name), twins[name].value());
    if (random.chance(5)) {
      ASSERT_EQ(sealed(), dirty);
      dirty.clear();
    }
  }
}

// ---- how many

TEST(Counting, ClientsMakeNoMoreCountersThanTheyMayAndThoseThatExistGoOn) {
  Counting counting(1, 1, 3);
  CountingThread thread(counting);
  for (const char* name : {"a", "b"}) ASSERT_TRUE(thread.add(name, 1));
  const std::vector<std::string_view> names{"a", "c", "d", "e"};
  std::vector<Counter*> counters(names.size());
  EXPECT_EQ(thread.find_or_insert(names, counters).error().code, Errc::full);
  EXPECT_EQ(counting.table().size(), 2U) << "none of the batch was made";
  ASSERT_TRUE(thread.add("c", 1));
  const auto refused = thread.add("f", 1);
  EXPECT_EQ(refused.error().code, Errc::full);
  EXPECT_NE(refused.error().detail.find("'f' is new"), std::string::npos);
  EXPECT_EQ(thread.find("f"), nullptr);
  EXPECT_TRUE(thread.add("a", 1));
  EXPECT_EQ(thread.value("a"), 2);
  EXPECT_NE(thread.find_or_insert("theirs"), nullptr) << "a share is never refused for it";
  EXPECT_EQ(counting.table().size(), 4U);
}

TEST(Counting, AddsAreCountedAndSealsKnowHowManyTheyHold) {
  Counting counting(1, 1);
  CountingThread thread(counting);
  Counter& a = *thread.find_or_insert("a");
  ASSERT_TRUE(thread.add(a, 5));
  ASSERT_TRUE(thread.add("b", std::int64_t{1} << 60));
  EXPECT_EQ(counting.seal().adds, 2U);
  const std::vector<Change> batch{{&a, 1}, {&a, 2}};
  std::vector<std::int64_t> values(2);
  ASSERT_TRUE(thread.add(batch, values));
  ASSERT_FALSE(thread.add("b", std::numeric_limits<std::int64_t>::max())) << "refused: not counted";
  EXPECT_EQ(counting.adds(), 4U);
  EXPECT_EQ(counting.seal().adds, 4U);
}

}  // namespace
}  // namespace tally
