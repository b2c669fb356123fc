#include "count/listing.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/check.h"
#include "base/random.h"
#include "count/counting.h"

namespace tally {
namespace {

using Row = std::pair<std::string, std::int64_t>;

std::vector<Row> rows(const ListPage& page) {
  std::vector<Row> rows;
  for (const Listed& listed : page.counters) {
    rows.emplace_back(listed.counter->name(), static_cast<std::int64_t>(listed.value));
  }
  return rows;
}

class ListingTest : public testing::Test {
 protected:
  std::vector<Row> all_pages(ListQuery query) {
    std::vector<Row> all;
    do {
      const ListPage page = list(query);
      EXPECT_LE(page.counters.size(), query.limit);
      EXPECT_TRUE(!page.next || page.counters.size() == query.limit);
      for (const Row& row : rows(page)) all.push_back(row);
      query.after = page.next;
    } while (query.after);
    return all;
  }

  ListPage list(const ListQuery& query) { return lister.page(query).value(); }

  Counting counting{2, 1};
  CountingThread thread{counting};
  std::function<bool()> between_slices = [] { return true; };
  Lister lister{counting, [this] { return between_slices(); }};
};

TEST_F(ListingTest, NamesGoUpwardsByTheirBytes) {
  for (const char* name : {"b", "a", "ab", "Z", "ä"}) ASSERT_TRUE(thread.add(name, 1));
  EXPECT_EQ(rows(list({})), (std::vector<Row>{{"Z", 1}, {"a", 1}, {"ab", 1}, {"b", 1}, {"ä", 1}}));
}

TEST_F(ListingTest, ValuesGoDownwardsAndEqualOnesByName) {
  for (const auto& [name, value] : std::vector<Row>{{"c", 3}, {"b", 3}, {"low", -5}, {"zero", 0}}) {
    ASSERT_TRUE(thread.add(name, value));
  }
  ListQuery query;
  query.order = ListOrder::by_value_down;
  EXPECT_EQ(rows(list(query)), (std::vector<Row>{{"b", 3}, {"c", 3}, {"zero", 0}, {"low", -5}}));
}

TEST_F(ListingTest, WhatARefusedAddMadeIsNotListed) {
  ASSERT_TRUE(thread.add("full", std::numeric_limits<std::int64_t>::max()));
  Counter& full = *thread.find("full");
  Counter& made = *thread.find_or_insert("made");
  std::vector<std::int64_t> values(2);
  ASSERT_FALSE(thread.add(std::vector<Change>{{&made, 1}, {&full, 1}}, values));
  EXPECT_EQ(rows(list({})).size(), 1U);
  ASSERT_TRUE(thread.add(made, 0));
  EXPECT_EQ(rows(list({})).size(), 2U) << "to count 0 is to count";
}

TEST_F(ListingTest, WhatOnlyOthersCountedIsListed) {
  const ServerIndex other = counting.servers().index(ServerId::parse("other").value());
  counting.update(*thread.find_or_insert("theirs"), other, 0);
  EXPECT_EQ(rows(list({})), (std::vector<Row>{{"theirs", 0}}));
}

// The twin sorts everything.
TEST_F(ListingTest, PagesPutTogetherAreTheWholeInOrder) {
  Random random(5);
  std::map<std::string, std::int64_t> twin;
  for (int i = 0; i < 1000; ++i) {
    const std::string name(1 + random.below(3), static_cast<char>('a' + random.below(26)));
    const std::string full = name + std::to_string(random.below(50));
    const auto delta = static_cast<std::int64_t>(random.below(5)) - 2;
    twin[full] += delta;
    ASSERT_TRUE(thread.add(full, delta));
  }
  for (const char* prefix : {"", "a", "bb", "none"}) {
    for (const ListOrder order : {ListOrder::by_name, ListOrder::by_value_down}) {
      std::vector<Row> expected;
      for (const auto& row : twin) {
        if (row.first.starts_with(prefix)) expected.push_back(row);
      }
      if (order == ListOrder::by_value_down) {
        std::stable_sort(expected.begin(), expected.end(),
                         [](const Row& a, const Row& b) { return a.second > b.second; });
      }
      for (const std::uint32_t limit : {1U, 7U, 1000U}) {
        ListQuery query;
        query.prefix = prefix;
        query.order = order;
        query.limit = limit;
        EXPECT_EQ(all_pages(query), expected) << prefix << " " << limit;
      }
    }
  }
}

TEST_F(ListingTest, APageThatEndsWithTheLastCounterHasNoNext) {
  for (const char* name : {"a", "b"}) ASSERT_TRUE(thread.add(name, 1));
  ListQuery query;
  query.limit = 2;
  EXPECT_FALSE(list(query).next);
}

// ---- while others count

class LongListingTest : public ListingTest {
 protected:
  static constexpr int kCounters = 1000;
  static constexpr int kInASlice = 64;

  LongListingTest() {
    for (int i = 0; i < kCounters; ++i) TALLY_CHECK(thread.add("old " + std::to_string(i), 1).has_value());
  }

  static ListQuery all(ListOrder order) { return {"", order, 10 * kCounters, {}}; }
  static constexpr ListOrder kOrders[] = {ListOrder::by_name, ListOrder::by_value_down};
};

// A seal waits for every section that is open: this one would never return.
TEST_F(LongListingTest, IsInNoSectionBetweenItsSlices) {
  for (const ListOrder order : kOrders) {
    for (const char* prefix : {"", "old"}) {
      int slices = 0;
      between_slices = [&] {
        ++slices;
        counting.seal();
        return true;
      };
      ListQuery query = all(order);
      query.prefix = prefix;
      EXPECT_EQ(list(query).counters.size(), std::size_t{kCounters});
      EXPECT_GE(slices, kCounters / kInASlice);
    }
  }
}

TEST_F(LongListingTest, MissesNobodyWhoWasThereWhileOthersAreMade) {
  for (const ListOrder order : kOrders) {
    int made = 0;
    between_slices = [&] {
      EXPECT_TRUE(thread.add("new " + std::to_string(made++), 1));
      return true;
    };
    std::vector<std::string> names;
    for (const Listed& listed : list(all(order)).counters) names.emplace_back(listed.counter->name());
    const auto is_old = [](const std::string& name) { return name.starts_with("old"); };
    EXPECT_EQ(std::count_if(names.begin(), names.end(), is_old), kCounters);
    std::sort(names.begin(), names.end());
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end()) << "and names nobody twice";
  }
}

TEST_F(LongListingTest, ShowsValuesThatCountersHadMeanwhile) {
  for (const ListOrder order : kOrders) {
    std::int64_t value = 1000;
    EXPECT_TRUE(thread.add("old 500", value - static_cast<std::int64_t>(thread.value("old 500"))));
    between_slices = [&] {
      EXPECT_TRUE(thread.add("old 500", 1));
      ++value;
      return true;
    };
    const std::vector<Row> shown = rows(list(all(order)));
    const auto row =
        std::find_if(shown.begin(), shown.end(), [](const Row& r) { return r.first == "old 500"; });
    ASSERT_NE(row, shown.end());
    EXPECT_GT(row->second, 1000);
    EXPECT_LE(row->second, value);
  }
}

TEST_F(LongListingTest, IsGivenUpBetweenSlices) {
  for (const ListOrder order : kOrders) {
    int slices = 0;
    between_slices = [&] { return ++slices < 3; };
    EXPECT_FALSE(lister.page(all(order)));
    EXPECT_EQ(slices, 3);
  }
}

// ---- scans

class ScanTest : public ListingTest {
 protected:
  // From `cursor` to the end, `at_once` at a time; `meanwhile` runs between any two.
  template <class Meanwhile>
  std::vector<std::string> scanned(std::size_t at_once, Meanwhile meanwhile) {
    std::vector<std::string> names;
    std::size_t cursor = 0;
    do {
      std::vector<const Counter*> seen;
      cursor = thread.scan(cursor, at_once, seen);
      EXPECT_LE(seen.size(), at_once);
      for (const Counter* counter : seen) names.emplace_back(counter->name());
      meanwhile();
    } while (cursor != 0);
    return names;
  }
};

TEST_F(ScanTest, SeesEveryCounterOnceInTheOrderInWhichTheyWereMade) {
  std::vector<std::string> names;
  for (int i = 0; i < 5000; ++i) {  // several chunks of the arena
    names.push_back("name " + std::to_string(i * 7919 % 5000));
    ASSERT_TRUE(thread.add(names.back(), 1));
  }
  for (const std::size_t at_once : {1U, 7U, 256U, 257U, 4999U, 5000U, 5001U}) {
    EXPECT_EQ(scanned(at_once, [] {}), names) << at_once;
  }
}

TEST_F(ScanTest, MissesNobodyWhoWasThereWhileOthersAreMade) {
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(thread.add("old " + std::to_string(i), 1));
  int made = 0;
  auto names = scanned(10, [&] {
    if (made < 500) {
      ASSERT_TRUE(thread.add("new " + std::to_string(made++), 1));
    }
  });
  const auto is_old = [](const std::string& name) { return name.starts_with("old"); };
  EXPECT_EQ(std::count_if(names.begin(), names.end(), is_old), 1000);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end()) << "and sees nobody twice";
}

TEST_F(ScanTest, LeavesOutWhatNobodyTouched) {
  thread.find_or_insert("made");
  ASSERT_TRUE(thread.add("touched", 0));
  EXPECT_EQ(scanned(10, [] {}), (std::vector<std::string>{"touched"}));
}

TEST_F(ScanTest, FromBeyondTheEndIsOver) {
  std::vector<const Counter*> seen;
  EXPECT_EQ(thread.scan(0, 10, seen), 0U);
  ASSERT_TRUE(thread.add("a", 1));
  for (const std::size_t cursor : {std::size_t{1}, std::size_t{1000}, ~std::size_t{0}}) {
    EXPECT_EQ(thread.scan(cursor, 10, seen), 0U);
  }
  EXPECT_TRUE(seen.empty());
}

TEST_F(ListingTest, AValueIsOfACounterThatSomebodyTouched) {
  thread.find_or_insert("made");
  ASSERT_TRUE(thread.add("zero", 0));
  ASSERT_TRUE(thread.add("seven", 7));
  EXPECT_EQ(thread.touched_value("none"), std::nullopt);
  EXPECT_EQ(thread.touched_value("made"), std::nullopt);
  EXPECT_EQ(thread.touched_value("zero"), 0);
  EXPECT_EQ(thread.touched_value("seven"), 7);
  EXPECT_EQ(thread.size(), 3U);
}

}  // namespace
}  // namespace tally
