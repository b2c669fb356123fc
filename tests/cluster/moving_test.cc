// A server that goes on with its data folder at another URL, and what becomes of the place that it left.
#include <gtest/gtest.h>

#include "cluster/folder_runs.h"
#include "cluster/members.h"
#include "tests/cluster/town.h"

namespace tally {
namespace {

Member at(const std::string& id, std::uint64_t its_run, const std::string& url) {
  return {server(id), run(its_run), "http://" + url};
}

// ---- the folder

TEST(FolderRuns, OnlyAGracefulStopLeavesAPlace) {
  FolderRuns runs;
  runs.put(1, {run(1), "http://a"});
  EXPECT_TRUE(runs.left_behind_at_others_than("http://b").empty());
  runs.put(1, {run(1), "http://a", true});
  EXPECT_EQ(runs.left_behind_at_others_than("http://b"), (std::set{run(1)}));
}

TEST(FolderRuns, WhoStaysLeavesNothing) {
  FolderRuns runs;
  runs.put(1, {run(1), "http://a", true});
  EXPECT_TRUE(runs.left_behind_at_others_than("http://a").empty());
}

TEST(FolderRuns, AStopSpeaksForEarlierRunsAtItsUrlAndForNoOther) {
  FolderRuns runs;
  runs.put(1, {run(1), "http://a"});
  runs.put(2, {run(2), "http://b"});
  runs.put(3, {run(3), "http://a", true});
  runs.put(4, {run(4), "http://a"});
  EXPECT_EQ(runs.left_behind_at_others_than("http://c"), (std::set{run(1), run(3)}));
}

TEST(FolderRuns, TheNewestAreKept) {
  FolderRuns runs;
  for (std::uint64_t start = 1; start <= FolderRuns::kMost + 3; ++start) {
    EXPECT_EQ(runs.next(), start);
    runs.put(start, {run(start), "http://a", true});
  }
  EXPECT_EQ(runs.all().size(), FolderRuns::kMost);
  EXPECT_EQ(runs.all().begin()->first, 4U);
}

TEST(FolderRuns, AMergeTakesWhatIsNewer) {
  FolderRuns older;
  older.put(1, {run(1), "http://a"});
  FolderRuns newer;
  newer.put(1, {run(1), "http://a", true});
  newer.put(2, {run(2), "http://b"});
  EXPECT_FALSE(older.covers(newer));
  older.merge(newer);
  EXPECT_TRUE(older.covers(newer));
  EXPECT_EQ(older, newer);
}

// ---- the members

class Moves : public testing::Test {
 protected:
  Moves() {
    b.hear(at("a", 1, "old"));
    b.hear(at("a", 2, "new"));
    b.hear(at("c", 3, "c"));
  }
  Members b{member("b", 9)};
};

TEST_F(Moves, ThePlaceOfARunThatIsOverIsNoMemberAndHearsayDoesNotBringItBack) {
  EXPECT_TRUE(b.hear(Continuation{run(2), {run(1)}}));
  EXPECT_EQ(b.all(), (std::vector<Member>{member("b", 9), at("a", 2, "new"), at("c", 3, "c")}));
  EXPECT_FALSE(b.learn(at("a", 1, "old")));
  EXPECT_FALSE(b.hear(at("a", 1, "old"))) << "its last words, late";
  EXPECT_FALSE(b.hear(Continuation{run(2), {run(1)}})) << "it is known";
}

TEST_F(Moves, AnotherRunAtThatPlaceIsAMember) {
  b.hear(at("a", 4, "old"));
  b.hear(Continuation{run(2), {run(1)}});
  EXPECT_TRUE(b.peers().contains(Place(server("a"), "http://old"))) << "a sibling started there";
  EXPECT_TRUE(b.hear(at("a", 5, "old")));
}

TEST_F(Moves, NobodySpeaksForAnotherServer) {
  EXPECT_TRUE(b.hear(Continuation{run(3), {run(1), run(2)}}));
  EXPECT_EQ(b.peers().size(), 3U);
  EXPECT_FALSE(b.hear(Continuation{run(7), {run(1)}})) << "nobody is of this run";
  EXPECT_EQ(b.peers().size(), 3U);
}

TEST_F(Moves, WhatARunSaidStaysTrueWhenTheNextOneLivesThere) {
  b.hear(Continuation{run(2), {run(1)}});
  b.hear(at("a", 5, "new"));
  EXPECT_TRUE(b.is_over(server("a"), run(1)));
  EXPECT_TRUE(b.continuations().empty()) << "it is for that run to say so";
}

TEST_F(Moves, WhatARemovedServerSaidIsForgotten) {
  b.hear(Continuation{run(2), {run(1)}});
  b.remove(server("a"));
  EXPECT_TRUE(b.continuations().empty());
}

TEST_F(Moves, MoreThanAFolderKeepsIsNotBelieved) {
  Continuation all{run(2), {}};
  for (std::uint64_t i = 0; i <= FolderRuns::kMost; ++i) all.over.insert(run(100 + i));
  all.over.insert(run(1));
  EXPECT_FALSE(b.hear(all));
  EXPECT_EQ(b.peers().size(), 3U);
}

TEST_F(Moves, WhoDoesNotKnowOfOneHasAnotherDigest) {
  const auto digest = [](const Members& members) {
    Hash64 hash;
    members.add_to(hash);
    return hash.value();
  };
  Members new_a{at("a", 2, "new")};
  for (const Member& other : {member("b", 9), at("c", 3, "c")}) new_a.hear(other);
  Members b_now = b;
  b_now.hear(Continuation{run(2), {run(1)}});
  EXPECT_NE(digest(new_a), digest(b_now));
  new_a.continue_from({run(1)});
  EXPECT_EQ(digest(new_a), digest(b_now));
}

// ---- the replica

class AMove : public ReplicaTest {
 protected:
  static ReplicaOptions with_disk() {
    ReplicaOptions options;
    options.has_disk = true;
    return options;
  }
  static bool knows(const Town::Server& who, const std::string& url) {
    return who.replica.members().peers().contains({server("a"), "http://" + url});
  }

  // Counts at http://old, with what its disk was told so far.
  Town::Server& start_old() {
    Town::Server& a = town.start(at("a", 1, "old"), {member("b", 9)}, with_disk(), Roster());
    a.disk_takes_no_time = true;
    town.pass(seconds(3));
    return a;
  }
  Town::Server& start_new(const Roster& kept) {
    Town::Server& a = town.start(at("a", 2, "new"), {member("b", 9)}, with_disk(), kept);
    town.pass(seconds(4));
    return a;
  }
};

TEST_F(AMove, IsDurableOnlyWithItsLastWord) {
  Town::Server& a = start_old();
  a.disk_takes_no_time = false;
  a.commit = {};
  EXPECT_TRUE(a.replica.durable());
  town.act("http://old", a.replica.flush(town.now()));
  EXPECT_FALSE(a.replica.durable());
  EXPECT_EQ(a.commit.roster.folder().all().at(1), (FolderRuns::Run{run(1), "http://old", true}));
  a.commit = {};
  town.act("http://old", a.replica.written(town.now()));
  EXPECT_TRUE(a.replica.durable());
}

TEST_F(AMove, AfterAGracefulStopLeavesNoPlaceBehind) {
  Town::Server& b = town.start("b", 9);
  start_old();
  ASSERT_TRUE(knows(b, "old"));
  Roster kept;
  kept.put(1, {run(1), "http://old", true});
  kept.hear(member("b", 9));
  town.crash("old");
  Town::Server& a = start_new(kept);
  EXPECT_FALSE(knows(b, "old"));
  EXPECT_TRUE(knows(b, "new"));
  town.act(url_of("b"), b.replica.learn(town.now(), {at("a", 1, "old")}, {}));  // a balancer's stale word
  EXPECT_FALSE(knows(b, "old"));
  town.act("http://new", a.replica.learn(town.now(), {at("a", 1, "old")}, {}));
  EXPECT_FALSE(knows(a, "old"));
  town.pass(seconds(3));
  EXPECT_TRUE(b.replica.older_than(town.now() - seconds(4)).empty());
}

TEST_F(AMove, AfterACrashLeavesItsPlace) {
  Town::Server& b = town.start("b", 9);
  start_old();
  Roster kept;
  kept.put(1, {run(1), "http://old"});
  town.crash("old");
  start_new(kept);
  EXPECT_TRUE(knows(b, "old"));
  EXPECT_TRUE(knows(b, "new"));
}

// Its folder says that it stopped, and it did not.
TEST_F(AMove, OfACopyIsNewsToWhomItEnds) {
  town.start("b", 9);
  Town::Server& a = start_old();
  Roster kept;
  kept.put(1, {run(1), "http://old", true});
  start_new(kept);
  EXPECT_TRUE(warned(a, "copy of its data folder"));
  a.add("x", 5);
  town.pass(seconds(3));
  EXPECT_EQ(town.start("d", 4, {member("b", 9)}).value("x"), 5) << "what it counts is counted all the same";
}

}  // namespace
}  // namespace tally
