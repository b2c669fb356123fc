// Servers that crash, and what they get back from whom.
#include "tests/sim/story.h"

namespace tally::sim {
namespace {

class Recovery : public Story {};

TEST_F(Recovery, AServerThatCrashedGetsItsCountBackFromItsPeers) {
  world.start("a");
  world.start("b");
  world.pass(1);
  add("a", "page-views", 5);
  world.pass(2);
  world.crash("a");
  world.pass(3);
  world.restart("a");
  wait_until_ready("a");
  EXPECT_EQ(value("a", "page-views"), 5);
  add("a", "page-views", 1);
  world.pass(2);
  EXPECT_EQ(value("b", "page-views"), 6);
}

TEST_F(Recovery, WhatWasCountedSinceTheLastShareIsLostWithTheMemoryAndNothingElse) {
  world.start("a");
  world.start("b");
  world.pass(1);
  add("a", "page-views", 5);
  world.pass(2);
  add("a", "page-views", 100);
  world.crash("a");
  world.restart("a");
  world.pass(3);
  EXPECT_EQ(value("a", "page-views"), 5);
  EXPECT_EQ(value("b", "page-views"), 5);
}

TEST_F(Recovery, WithADiskNothingIsLostThatWasOnIt) {
  world.start("a", Disk::kept);
  world.pass(1);
  add("a", "page-views", 5);
  world.pass(1);
  world.crash("a");
  world.restart("a");
  world.pass(1);
  EXPECT_EQ(value("a", "page-views"), 5);
}

TEST_F(Recovery, LastWordsHeardByOneArePassedOn) {
  for (const char* name : {"a", "b", "c", "d"}) world.start(name);
  world.pass(2);
  part("a", "c");
  part("a", "d");
  add("a", "page-views", 7);
  world.pass(2);
  world.lose("a");
  EXPECT_EQ(value("b", "page-views"), 7);
  EXPECT_EQ(value("c", "page-views"), 0);
  world.pass(8);
  EXPECT_EQ(value("c", "page-views"), 7);
  EXPECT_EQ(value("d", "page-views"), 7);
}

TEST_F(Recovery, LastWordsReachAServerThatHadFoldedTheStream) {
  for (const char* name : {"a", "b"}) world.start(name);
  Server& c = world.start("c", Disk::kept);
  world.pass(2);
  add("a", "page-views", 1);
  world.pass(2);
  part("a", "c");
  part("b", "c");
  add("a", "page-views", 7);  // b alone hears of it
  world.pass(2);
  world.crash("a");
  world.network().heal();
  part("b", "a");
  part("b", "c");
  world.restart("a");
  world.pass(14);
  EXPECT_EQ(value("c", "page-views"), 1);
  EXPECT_EQ(c.replica()->holdings().census(c.replica()->members()).folded, 1U);
  world.network().heal();
  world.pass(14);
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(value(name, "page-views"), 8) << name;
  world.pass(10);
  EXPECT_EQ(c.replica()->holdings().census(c.replica()->members()).folded, 1U) << "again";
}

TEST_F(Recovery, AllKilledAndStartedAtOnceComeUp) {
  for (const char* name : {"a", "b", "c"}) world.start(name);
  world.pass(2);
  for (const char* name : {"a", "b", "c"}) world.crash(name);
  for (const char* name : {"a", "b", "c"}) world.restart(name);
  world.pass(1);
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(world.server(name).ready()) << name;
  add("b", "page-views", 3);
  world.pass(3);
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(value(name, "page-views"), 3) << name;
}

TEST_F(Recovery, AllKilledAndStartedAtOnceHaveWhatTheirDisksHad) {
  for (const char* name : {"a", "b"}) world.start(name, Disk::kept);
  world.pass(2);
  add("a", "page-views", 2);
  add("b", "page-views", 3);
  world.pass(1);
  for (const char* name : {"a", "b"}) world.crash(name);
  for (const char* name : {"a", "b"}) world.restart(name);
  world.pass(3);
  EXPECT_EQ(value("a", "page-views"), 5);
  EXPECT_EQ(value("b", "page-views"), 5);
}

TEST_F(Recovery, AnOldDiskSetBackLosesNothingThatPeersHold) {
  world.start("a", Disk::kept);
  world.start("b");
  world.pass(1);
  add("a", "page-views", 1);
  world.pass(2);
  const MemoryStore snapshot = world.server("a").disk().content();
  add("a", "page-views", 10);
  world.pass(2);
  world.crash("a");
  world.replace_disk("a", snapshot);
  world.restart("a");
  world.pass(1);
  add("a", "page-views", 100);
  world.pass(2);
  EXPECT_EQ(value("a", "page-views"), 111);
  EXPECT_EQ(value("b", "page-views"), 111);
}

TEST_F(Recovery, AServerThatReachesNobodyIsReadyWhenItsTimeIsUp) {
  world.start("a");
  world.start("b");
  world.pass(1);
  world.crash("a");
  part("a", "b");
  world.restart("a");
  world.pass(4);  // its questions to b wait for their answers
  world.pass(2);
  EXPECT_TRUE(world.server("a").ready());
}

TEST_F(Recovery, AServerThatStopsInOrderLeavesNothingUnshared) {
  world.start("a");
  world.start("b");
  world.pass(2);
  add("a", "page-views", 5);
  world.server("a").stop(10 * world.interval());
  world.pass(2);
  EXPECT_FALSE(world.server("a").up());
  EXPECT_EQ(value("b", "page-views"), 5);
}

TEST_F(Recovery, AProcessThatStoodStillForAMinuteStillMergesWhatItHadAcknowledged) {
  world.start("a");
  world.start("b");
  world.pass(2);
  add("a", "page-views", 5);
  world.server("a").pause(60 * world.interval());
  world.pass(30);
  EXPECT_EQ(value("b", "page-views"), 0);
  world.pass(40);
  EXPECT_EQ(value("b", "page-views"), 5);
}

}  // namespace
}  // namespace tally::sim
