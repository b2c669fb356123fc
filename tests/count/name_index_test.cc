#include "count/name_index.h"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "count/limbo.h"

namespace tally {
namespace {

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
