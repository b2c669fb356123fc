#include "count/name_index.h"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "count/limbo.h"

namespace tally {
namespace {

// Different for different numbers below 2^32, and in no order.
std::string scattered(std::size_t i) { return std::to_string(i * 2'654'435'761U % (std::size_t{1} << 32)); }

class NameIndexTest : public testing::Test {
 protected:
  static std::vector<std::string> rest(NameIndex::Cursor cursor) {
    std::vector<std::string> names;
    while (const Counter* counter = cursor.next()) names.emplace_back(counter->name());
    return names;
  }

  Limbo limbo;
  CounterTable table{NameHash(1), limbo};
  NameIndex index{table};
};

using Names = std::vector<std::string>;

TEST_F(NameIndexTest, ContainsWhatWasMadeBeforeItCaughtUp) {
  index.catch_up();
  EXPECT_EQ(rest(index.from("")), Names{});
  table.find_or_insert("b");
  EXPECT_EQ(rest(index.from("")), Names{});
  index.catch_up();
  EXPECT_EQ(rest(index.from("")), Names{"b"});
  table.find_or_insert("a");
  table.find_or_insert("c");
  index.catch_up();
  EXPECT_EQ(rest(index.from("")), (Names{"a", "b", "c"}));
}

TEST_F(NameIndexTest, BeginsAtANameOrBehindItWhetherOrNotItIsThere) {
  for (const char* name : {"a", "b", "d"}) {
    table.find_or_insert(name);
    index.catch_up();
  }
  EXPECT_EQ(rest(index.from("b")), (Names{"b", "d"}));
  EXPECT_EQ(rest(index.behind("b")), Names{"d"});
  EXPECT_EQ(rest(index.from("c")), Names{"d"});
  EXPECT_EQ(rest(index.behind("c")), Names{"d"});
  EXPECT_EQ(rest(index.behind("d")), Names{});
  EXPECT_EQ(rest(index.behind("")), (Names{"a", "b", "d"}));
}

TEST_F(NameIndexTest, IsAsItWasWheneverItIsToldToGiveUp) {
  std::set<std::string> all;
  const auto make = [&](std::size_t names) {
    for (const std::size_t enough = all.size() + names; all.size() < enough;) {
      all.insert(scattered(all.size()));
      table.find_or_insert(scattered(all.size() - 1));
    }
  };
  for (const std::size_t names : {8000U, 3000U, 1000U}) {
    make(names);
    index.catch_up();
  }
  const Names before = rest(index.from(""));
  ASSERT_EQ(before.size(), 12'000U);
  make(2000);  // for which all three runs are merged
  int patience = 0;
  while (!index.catch_up([left = patience]() mutable { return left-- > 0; })) {
    ASSERT_EQ(rest(index.from("")), before) << patience;
    ++patience;
  }
  EXPECT_GT(patience, 3);
  EXPECT_EQ(rest(index.from("")), Names(all.begin(), all.end()));
}

// It asks at the first of its steps and once in 4,096 from there, so that the questions tell the steps.
TEST_F(NameIndexTest, MovesANameLogarithmicallyOftenHoweverFewComeAtATime) {
  constexpr std::size_t kNames = 200'000;
  constexpr std::size_t kLog2 = 18;
  constexpr std::size_t kAtATime = 100;
  std::size_t asked = 0;
  for (std::size_t i = 0; i < kNames; ++i) {
    table.find_or_insert(scattered(i));
    if ((i + 1) % kAtATime != 0) continue;
    index.catch_up([&asked] {
      ++asked;
      return true;
    });
  }
  EXPECT_EQ(index.size(), kNames);
  const std::size_t calls = kNames / kAtATime;
  ASSERT_GT(asked, calls);
  EXPECT_LT((asked - calls) * 4096, kNames * kLog2);
}

// Names that agree for long, that are each other's beginnings, of bytes beyond ASCII, of any length.
std::string random_name(Random& random) {
  std::string name(random.below(4) * random.below(80), 'p');
  const char* const letters[] = {"a", "b", "p", "\u00e4", "\U0001f600"};
  for (std::uint64_t i = 1 + random.below(5); i > 0; --i) name += letters[random.below(std::size(letters))];
  return name.substr(0, 255);
}

// The twin is a set.
TEST(NameIndex, IsASetOfAllNamesHoweverTheyCame) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Limbo limbo;
    CounterTable table{NameHash(1), limbo};
    NameIndex index{table};
    std::set<std::string> twin;
    for (int step = 0; step < 30; ++step) {
      for (std::uint64_t i = random.chance(10) ? random.below(3000) : random.below(40); i > 0; --i) {
        const std::string name = random_name(random);
        table.find_or_insert(name);
        twin.insert(name);
      }
      index.catch_up();
      ASSERT_EQ(index.size(), twin.size());
      const std::string from = random_name(random);
      NameIndex::Cursor cursor = index.from(from);
      for (auto name = twin.lower_bound(from); name != twin.end(); ++name) {
        const Counter* counter = cursor.next();
        ASSERT_NE(counter, nullptr);
        ASSERT_EQ(counter->name(), *name);
      }
      ASSERT_EQ(cursor.next(), nullptr);
      const Counter* behind = index.behind(from).next();
      const auto expected = twin.upper_bound(from);
      ASSERT_EQ(behind == nullptr ? "" : behind->name(), expected == twin.end() ? "" : *expected);
    }
  }
}

}  // namespace
}  // namespace tally
