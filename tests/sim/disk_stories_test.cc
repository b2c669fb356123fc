// Disks that fill, fail, are set back, or lose their power, and what an acknowledgement is worth then.
#include "tests/sim/story.h"

namespace tally::sim {
namespace {

class Disks : public Story {
 protected:
  static constexpr Ack kDisk{.disk = true};
  static constexpr Ack peers(std::uint32_t k) { return {.peers = k}; }
};

TEST_F(Disks, AnAddThatADiskAcknowledgedSurvivesAPowerCut) {
  world.start("a", Disk::kept);
  world.pass(1);
  const auto counted = add_and_wait("a", "page-views", 5, kDisk);
  ASSERT_TRUE(counted);
  EXPECT_TRUE(counted->held.disk);
  world.crash("a");
  world.restart("a");
  world.pass(1);
  EXPECT_EQ(value("a", "page-views"), 5);
}

TEST_F(Disks, AProcessKilledWithinACommitHasWhatArrived) {
  for (const bool arrives : {false, true}) {
    const std::string name = arrives ? "arrives" : "is-lost";
    world.start(name, Disk::kept);
    world.pass(1);
    world.server(name).crash_after(1, arrives);  // the commit is begun, and nothing after it is done
    world.server(name).ask(Add{name, 5, kDisk}, [](const Answer&) { FAIL() << "It was not confirmed."; });
    world.pass(1);
    EXPECT_FALSE(world.server(name).up());
    world.restart(name);
    world.pass(1);
    EXPECT_EQ(value(name, name), arrives ? 5 : 0);
  }
}

TEST_F(Disks, AFullDiskRefusesAddsThatAskForItAndServesTheOthers) {
  world.start("a", Disk::kept);
  world.start("b");
  world.pass(2);
  world.server("a").disk().fill(true);
  add("a", "page-views", 1);
  world.pass(2);
  const auto refused = add_and_wait("a", "page-views", 10, kDisk);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::full);
  EXPECT_EQ(value("b", "page-views"), 1);
  world.server("a").disk().fill(false);
  world.pass(2);
  EXPECT_TRUE(add_and_wait("a", "page-views", 100, kDisk));
  world.crash("a");
  world.restart("a");
  wait_until_ready("a");
  EXPECT_EQ(value("a", "page-views"), 101);
}

TEST_F(Disks, AnAddThatMeetsAFullDiskIsCountedAndSaidToBeInMemoryOnly) {
  world.start("a", Disk::kept);
  world.pass(1);
  world.server("a").disk().fill(true);
  const auto counted = add_and_wait("a", "page-views", 5, kDisk);
  ASSERT_TRUE(counted);
  EXPECT_FALSE(counted->held.disk);
  EXPECT_EQ(value("a", "page-views"), 5);
}

TEST_F(Disks, AFailedSyncEndsTheProcess) {
  world.start("a", Disk::kept);
  world.start("b");
  world.pass(1);
  add("a", "page-views", 5);
  world.pass(2);
  world.server("a").disk().fail_next_sync(true);
  add("a", "page-views", 10);
  world.pass(2);
  EXPECT_FALSE(world.server("a").up());
  world.restart("a");
  world.pass(2);
  EXPECT_EQ(value("a", "page-views"), value("b", "page-views"));
  EXPECT_GE(value("a", "page-views"), 5);
}

TEST_F(Disks, ASnapshotSetBackAfterACleanStopLosesNothingThatPeersHold) {
  world.start("a", Disk::kept);
  world.start("b");
  world.pass(1);
  add("a", "page-views", 1);
  world.pass(2);
  const MemoryStore snapshot = world.server("a").disk().content();
  add("a", "page-views", 10);
  world.server("a").stop(10 * world.interval());
  world.pass(2);
  ASSERT_FALSE(world.server("a").up());
  world.replace_disk("a", snapshot);
  world.restart("a");
  wait_until_ready("a");
  add("a", "page-views", 100);
  world.pass(2);
  for (const char* name : {"a", "b"}) EXPECT_EQ(value(name, "page-views"), 111) << name;
}

TEST_F(Disks, ASnapshotSetBackBeyondAWholeRunIsSaidOnceThatRunsCountsAreFound) {
  world.start("a", Disk::kept);
  world.start("b");
  world.pass(1);
  add("a", "page-views", 1);
  world.pass(2);
  const MemoryStore snapshot = world.server("a").disk().content();
  const auto begin_again = [this] {
    world.server("a").stop(10 * world.interval());
    world.pass(2);
    ASSERT_FALSE(world.server("a").up());
    world.restart("a");
    wait_until_ready("a");
  };
  begin_again();
  add("a", "page-views", 10);
  world.pass(2);
  begin_again();
  world.pass(2);
  EXPECT_FALSE(warned("set back")) << "so far nothing was";
  world.server("a").stop(10 * world.interval());
  world.pass(2);
  world.replace_disk("a", snapshot);
  world.restart("a");
  wait_until_ready("a");
  world.pass(2);
  EXPECT_TRUE(warned("set back"));
  for (const char* name : {"a", "b"}) EXPECT_EQ(value(name, "page-views"), 11) << name;
}

TEST_F(Disks, AWipedDiskLosesWhatNobodyElseHeard) {
  world.start("a", Disk::kept);
  world.start("b");
  world.pass(1);
  add("a", "page-views", 1);
  world.pass(2);
  part("a", "b");
  EXPECT_TRUE(add_and_wait("a", "page-views", 10, kDisk));
  world.crash("a");
  world.replace_disk("a", {});
  world.network().heal();
  world.restart("a");
  world.pass(3);
  for (const char* name : {"a", "b"}) EXPECT_EQ(value(name, "page-views"), 1) << name;
}

TEST_F(Disks, AStopThatReachesNobodyWaitsForItsLimitAndLeavesAllOnItsDisk) {
  world.start("a", Disk::kept);
  world.start("b");
  world.pass(2);
  part("a", "b");
  world.pass(4);
  add("a", "page-views", 5);
  world.server("a").stop(3 * world.interval());
  world.pass(2);
  EXPECT_TRUE(world.server("a").up());
  EXPECT_EQ(world.server("a").replica()->unshared(), 1U);
  world.pass(2);
  EXPECT_FALSE(world.server("a").up());
  world.network().heal();
  world.restart("a");
  world.pass(12);
  EXPECT_EQ(value("b", "page-views"), 5);
}

TEST_F(Disks, WhatTwoPeersAcknowledgedSurvivesTheLossOfOneOfThemAndOfItsServer) {
  world.start("a");
  for (const char* name : {"b", "c"}) world.start(name, Disk::kept);
  world.pass(2);
  const auto counted = add_and_wait("a", "page-views", 5, peers(2));
  ASSERT_TRUE(counted);
  EXPECT_EQ(counted->held.peers, 2U);
  for (const char* name : {"a", "b", "c"}) world.crash(name);
  world.lose("b");
  for (const char* name : {"a", "c"}) world.restart(name);
  world.pass(3);
  EXPECT_EQ(value("a", "page-views"), 5);
}

TEST_F(Disks, FewerPeersThanWereAskedForAreSaidToHoldIt) {
  for (const char* name : {"a", "b", "c"}) world.start(name);
  world.pass(2);
  part("a", "c");
  const auto counted = add_and_wait("a", "page-views", 5, peers(2));
  ASSERT_TRUE(counted);
  EXPECT_EQ(counted->held.peers, 1U);
}

TEST_F(Disks, TwoPlacesOfOneServerAreOnePeer) {
  world.start("a");
  world.start("b");
  world.start("b2", Disk::none, ServerId::parse("b").value());
  world.pass(3);
  const auto refused = add_and_wait("a", "page-views", 5, peers(2));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid);
  EXPECT_EQ(value("a", "page-views"), 0);
}

}  // namespace
}  // namespace tally::sim
