#include "count/counter_table.h"

#include <bit>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "count/limbo.h"

namespace tally {
namespace {

std::string random_name(Random& random) {
  std::string name;
  const std::uint64_t length = random.chance(5) ? 1 + random.below(255) : 1 + random.below(4);
  for (std::uint64_t i = 0; i < length; ++i) name.push_back(static_cast<char>('a' + random.below(6)));
  return name;
}

// The twin is a map.
TEST(CounterTable, FindsLikeAMap) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Limbo limbo;
    CounterTable table(NameHash(random()), limbo);
    std::map<std::string, Counter*> twin;
    for (int step = 0; step < 5000; ++step) {
      const std::string name = random_name(random);
      const auto known = twin.find(name);
      ASSERT_EQ(table.find(name), known == twin.end() ? nullptr : known->second);
      if (random.chance(50)) {
        Counter* counter = table.find_or_insert(name);
        ASSERT_EQ(counter->name(), name);
        ASSERT_EQ(twin.emplace(name, counter).first->second, counter) << "a counter never moves";
      }
    }
    std::set<Counter*> walked;
    for (auto walk = table.walk(); Counter* counter = walk.next();)
      ASSERT_TRUE(walked.insert(counter).second);
    ASSERT_EQ(walked.size(), twin.size());
    for (const auto& [name, counter] : twin) ASSERT_TRUE(walked.contains(counter));
  }
}

TEST(CounterTable, FindsABurstAsItFindsEachOfIt) {
  Random random(1);
  Limbo limbo;
  CounterTable table(NameHash(7), limbo);
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) {
    names.push_back(random_name(random));
    if (random.chance(50)) table.find_or_insert(names.back());
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  std::vector<Counter*> found(names.size());
  table.find_many(views, found);
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(found[i], table.find(names[i]));
  table.find_many({}, {});
}

TEST(CounterTable, EveryLengthOfNameKeepsItsBytes) {
  Limbo limbo;
  CounterTable table(NameHash(3), limbo);
  for (std::size_t length = 1; length <= 255; ++length) table.find_or_insert(std::string(length, 'n'));
  for (std::size_t length = 1; length <= 255; ++length) {
    ASSERT_NE(table.find(std::string(length, 'n')), nullptr);
    ASSERT_EQ(table.find(std::string(length, 'n'))->name().size(), length);
  }
}

TEST(CounterArena, WalksAcrossItsChunksInTheOrderOfMaking) {
  CounterArena arena;
  std::vector<Counter*> made;
  for (int i = 0; i < 5000; ++i) made.push_back(arena.make(std::string(100, 'x') + std::to_string(i)));
  CounterArena::Walk walk(arena);
  for (Counter* counter : made) ASSERT_EQ(walk.next(), counter);
  EXPECT_EQ(walk.next(), nullptr);
  Counter* later = arena.make("later");
  EXPECT_EQ(walk.next(), later);
}

TEST(CounterArena, AWalkBeginsAnywhere) {
  CounterArena arena;
  CounterArena::Walk from_nothing(arena);
  EXPECT_EQ(from_nothing.next(), nullptr);
  std::vector<Counter*> made;
  for (int i = 0; i < 5000; ++i) made.push_back(arena.make(std::string(100, 'x') + std::to_string(i)));
  EXPECT_EQ(from_nothing.next(), made[0]);
  for (std::size_t skipped = 0; skipped < made.size(); ++skipped) {
    ASSERT_EQ(CounterArena::Walk(arena, skipped).next(), made[skipped]);
  }
  EXPECT_EQ(CounterArena::Walk(arena, made.size()).next(), nullptr);
}

// A byte anywhere in the name, and the seed, change about half of the hash's bits.
TEST(NameHash, EveryByteAndTheSeedMatter) {
  for (std::size_t length = 1; length <= 70; ++length) {
    const std::string name(length, 'x');
    const std::uint64_t hash = NameHash(1)(name);
    for (std::size_t i = 0; i < length; ++i) {
      std::string other = name;
      other[i] = 'y';
      const int flipped = std::popcount(hash ^ NameHash(1)(other));
      EXPECT_GE(flipped, 10) << length << " " << i;
      EXPECT_LE(flipped, 54) << length << " " << i;
    }
    EXPECT_NE(hash, NameHash(2)(name));
  }
}

TEST(Counter, IsSmall) { EXPECT_EQ(sizeof(Counter), 24U); }

}  // namespace
}  // namespace tally
