#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "cluster/members.h"
#include "cluster/roster.h"
#include "tests/cluster/support.h"

namespace tally {
namespace {

TEST(Roster, WhoSpokeIsKnownWithItsNewestRun) {
  Roster roster;
  EXPECT_TRUE(roster.hear(member("a", 1)));
  EXPECT_FALSE(roster.hear(member("a", 1)));
  EXPECT_TRUE(roster.hear(member("a", 2)));
  EXPECT_EQ(roster.members(), (std::vector<Member>{member("a", 2)}));
}

TEST(Roster, HearsayAddsButReplacesNoRun) {
  Roster roster;
  EXPECT_TRUE(roster.learn(member("a", 1)));
  EXPECT_FALSE(roster.learn(member("a", 2)));
  EXPECT_EQ(roster.members(), (std::vector<Member>{member("a", 1)}));
  EXPECT_TRUE(roster.hear(member("a", 2)));
  EXPECT_FALSE(roster.learn(member("a", 1)));
  EXPECT_EQ(roster.members(), (std::vector<Member>{member("a", 2)}));
}

TEST(Roster, ClonesAreTwoMembers) {
  Roster roster;
  Member clone = member("a", 2);
  clone.url = "http://elsewhere";
  roster.hear(member("a", 1));
  roster.hear(clone);
  EXPECT_EQ(roster.members().size(), 2U);
}

TEST(Roster, ARemovalIsForGood) {
  Roster roster;
  Member clone = member("a", 2);
  clone.url = "http://elsewhere";
  roster.hear(member("a", 1));
  roster.hear(clone);
  roster.hear(member("b", 3));
  EXPECT_TRUE(roster.remove(server("a")));
  EXPECT_FALSE(roster.remove(server("a")));
  EXPECT_TRUE(roster.is_removed(server("a")));
  EXPECT_EQ(roster.members(), (std::vector<Member>{member("b", 3)})) << "all who bear the id go";
  EXPECT_FALSE(roster.hear(member("a", 4)));
  EXPECT_FALSE(roster.learn(member("a", 4)));
  EXPECT_EQ(roster.members().size(), 1U);
}

TEST(Roster, AMergeTakesNewerRunsAndRemovals) {
  Roster roster;
  for (const char* id : {"a", "b", "c"}) roster.hear(member(id, 1));
  Roster news;
  news.hear(member("b", 2));
  news.hear(member("d", 3));
  news.remove(server("c"));
  EXPECT_FALSE(roster.covers(news));
  roster.merge(news);
  EXPECT_EQ(roster.members(), (std::vector<Member>{member("a", 1), member("b", 2), member("d", 3)}));
  EXPECT_TRUE(roster.is_removed(server("c")));
  EXPECT_TRUE(roster.covers(news));
}

TEST(Roster, CoversWhatMergingWouldNotChange) {
  Random random(2026);
  for (int times = 0; times < 500; ++times) {
    Roster rosters[2];
    for (Roster& roster : rosters) {
      for (std::uint64_t i = random.below(3); i > 0; --i)
        roster.hear(member(std::string(1, static_cast<char>('a' + random.below(3))), random.below(2)));
      if (random.chance(40)) roster.remove(server(random.chance(50) ? "a" : "b"));
    }
    Roster merged = rosters[0];
    merged.merge(rosters[1]);
    EXPECT_EQ(rosters[0].covers(rosters[1]), merged == rosters[0]);
  }
}

TEST(Roster, WhoWasNeverKnownCanBeRemovedToo) {
  Roster roster;
  EXPECT_TRUE(roster.remove(server("a")));
  EXPECT_FALSE(roster.hear(member("a", 1)));
}

// Places and removals only: which run lives at a place is for the place itself to say.
TEST(Roster, WhoeverHearsTheSameNewsInAnyOrderKnowsTheSamePlaces) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random(seed);
    std::vector<std::pair<Member, bool>> news;  // removed?
    for (int i = 0; i < 20; ++i) {
      news.emplace_back(member(std::string(1, static_cast<char>('a' + random.below(6))), random.below(4)),
                        random.chance(15));
    }
    const auto places = [&news, &random] {
      std::shuffle(news.begin(), news.end(), random);
      Roster roster;
      for (const auto& [who, removed] : news) {
        removed ? roster.remove(who.id) : random.chance(50) ? roster.hear(who) : roster.learn(who);
      }
      std::set<Place> known;
      for (const auto& [place, its_run] : roster.runs()) known.insert(place);
      return std::pair(known, roster.removed());
    };
    ASSERT_EQ(places(), places()) << "seed " << seed;
  }
}

TEST(Members, WhatBearsOurRunOrOurUrlIsNoPeer) {
  Members members(member("a", 1));
  Member elsewhere = member("a", 1);
  elsewhere.url = "http://elsewhere";
  for (const Member& ourselves :
       {member("a", 1), elsewhere, member("a", 7), Member{server("z"), run(7), url_of("a")}}) {
    EXPECT_FALSE(members.hear(ourselves)) << ourselves.url;
    EXPECT_FALSE(members.learn(ourselves)) << ourselves.url;
  }
  EXPECT_TRUE(members.peers().empty());
  EXPECT_EQ(members.all(), (std::vector<Member>{member("a", 1)}));
}

TEST(Members, ACloneIsAPeer) {
  Members members(member("a", 1));
  Member clone = member("a", 2);
  clone.url = "http://elsewhere";
  EXPECT_TRUE(members.hear(clone));
  EXPECT_EQ(members.all(), (std::vector<Member>{member("a", 1), clone}));
}

TEST(Members, AServerMayBeToldThatItIsRemovedItself) {
  Members members(member("a", 1));
  EXPECT_TRUE(members.remove(server("a")));
  EXPECT_TRUE(members.is_removed(server("a")));
  EXPECT_EQ(members.all().size(), 1U);
}

std::uint64_t hash_of(const Members& members) {
  Hash64 hash;
  members.add_to(hash);
  return hash.value();
}

TEST(Members, HashAlikeOnServersThatKnowTheSame) {
  Members a(member("a", 1));
  Members b(member("b", 2));
  EXPECT_NE(hash_of(a), hash_of(b));
  a.hear(member("b", 2));
  b.learn(member("a", 1));
  EXPECT_EQ(hash_of(a), hash_of(b));
  a.remove(server("c"));
  EXPECT_NE(hash_of(a), hash_of(b)) << "a removal is a fact";
  b.remove(server("c"));
  EXPECT_EQ(hash_of(a), hash_of(b));
  a.hear(member("b", 3));
  EXPECT_NE(hash_of(a), hash_of(b)) << "and so is a run";
}

}  // namespace
}  // namespace tally
