// What should not be: poison, liars, doubles, the dead, and what the slow and the deaf do to the others.
#include "cluster/patience.h"
#include "tests/sim/story.h"

namespace tally::sim {
namespace {

class Strangers : public Story {};

TEST_F(Strangers, PoisonIsRefusedItsSenderNamedAndNothingChanges) {
  for (const char* name : {"a", "b"}) world.start(name);
  world.pass(2);
  add("a", "page-views", 5);
  add("b", "page-views", 10);
  world.pass(2);
  for (const Poison poison : kPoisons) world.poison("a", poison);
  world.pass(2);
  EXPECT_TRUE(warned("http://a: From 'poisoner' at http://poisoner: "));
  EXPECT_TRUE(warned("something else than what is known"));
  EXPECT_TRUE(warned("more of this server's own open stream than this server wrote"));
  EXPECT_TRUE(warned("the stream is known as one of server"));
  for (const char* name : {"a", "b"}) EXPECT_EQ(value(name, "page-views"), 15) << name;
}

TEST_F(Strangers, APeerThatClaimsWhatNobodyWroteIsNamedAndNotBelieved) {
  for (const char* name : {"a", "b"}) world.start(name);
  world.pass(2);
  world.start_liar("a");
  add("a", "page-views", 5);
  part("a", "b");
  world.pass(3);
  EXPECT_TRUE(warned("http://a: Server 'liar' at http://liar claims sequence"));
  EXPECT_EQ(world.server("a").replica()->unshared(), 1U);
  world.network().heal();
  world.pass(12);
  EXPECT_EQ(value("b", "page-views"), 5);
}

TEST_F(Strangers, TwoLiveServersThatWereGivenOneIdAreBothCounted) {
  const ServerId id = ServerId::parse("a").value();
  world.start("a");
  world.start("a2", Disk::none, id);
  world.start("b");
  world.pass(2);
  add("a", "page-views", 1);
  add("a2", "page-views", 10);
  world.pass(3);
  for (const char* name : {"a", "a2", "b"}) EXPECT_EQ(value(name, "page-views"), 11) << name;
  EXPECT_TRUE(warned("http://a: Another server with this server's id 'a' runs at http://a2"));
  EXPECT_TRUE(warned("http://a2: Another server with this server's id 'a' runs at http://a"));
}

TEST_F(Strangers, AZombieThatWasReplacedStillMergesWhatItHadAcknowledged) {
  world.start("a");
  world.start("b");
  world.pass(2);
  add("a", "page-views", 5);  // acknowledged, and shared with nobody yet
  world.server("a").pause(40 * world.interval());
  world.start("elsewhere", Disk::none, ServerId::parse("a").value());
  world.pass(5);
  add("elsewhere", "page-views", 1);
  world.pass(25);
  EXPECT_EQ(value("b", "page-views"), 1);
  world.pass(20);
  for (const char* name : {"a", "b", "elsewhere"}) EXPECT_EQ(value(name, "page-views"), 6) << name;
}

TEST_F(Strangers, AServerThatHearsButIsNotHeardCountsTheOthersAndIsCountedOnceItIsHeard) {
  for (const char* name : {"a", "b"}) world.start(name);
  world.pass(2);
  world.cut("a", "b");  // neither a's shares nor a's answers arrive
  add("a", "page-views", 1);
  add("b", "page-views", 10);
  world.pass(20);
  EXPECT_EQ(value("a", "page-views"), 11);
  EXPECT_EQ(value("b", "page-views"), 10);
  EXPECT_EQ(world.server("a").replica()->unshared(), 1U);
  world.network().heal();
  world.pass(12);
  EXPECT_EQ(value("b", "page-views"), 11);
}

TEST_F(Strangers, WhatASlowPeerLacksIsCoalesced) {
  for (const char* name : {"a", "b"}) world.start(name);
  world.pass(2);
  world.slow_down("b", 6 * world.interval());  // longer than an answer is waited for
  const auto before = world.network().traffic().bytes;
  constexpr int kRounds = 60;
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 0; i < 10; ++i) add("a", "page-views", 1);
    world.pass(1);
    EXPECT_LE(world.server("a").awaited().at("http://b").pushes, 1U);
  }
  constexpr std::uint64_t kMostOfAnExchange = 1'000;  // one counter, and all marks in answer: both ways
  EXPECT_LE(world.network().traffic().bytes - before, 2 * kRounds * kMostOfAnExchange);
  world.network().speed_up();
  world.pass(12);
  EXPECT_EQ(value("b", "page-views"), 10 * kRounds);
}

class Clients : public Story {
 protected:
  std::string server_of(const std::string& client) {
    std::string url;
    world.network().ask(client, "directory", WhichServer{client}, kLeastPatience,
                        [&url](const Answer& answer) {
                          if (answer) url = std::get<std::string>(*answer);
                        });
    world.pass(1);
    return url;
  }
};

TEST_F(Clients, AreServedWhenAllLeasesExpireAtOnce) {
  for (const char* name : {"a", "b"}) world.start(name);
  world.pass(3);
  const std::string before = server_of("client");
  EXPECT_FALSE(before.empty());
  for (const char* name : {"a", "b"}) world.cut(name, "directory");
  world.pass(20);
  EXPECT_EQ(server_of("client"), before);
}

TEST_F(Clients, AreServedAgainSoonAfterTheDirectoryRestartedEmpty) {
  for (const char* name : {"a", "b"}) world.start(name);
  world.pass(3);
  const std::string before = server_of("client");
  world.crash_directory();
  world.pass(5);
  EXPECT_EQ(server_of("client"), "");
  world.restart_directory();
  world.pass(3);
  EXPECT_EQ(server_of("client"), before);
}

TEST_F(Clients, KeepTheirServerWhileTheDirectoryIsGone) {
  for (const char* name : {"a", "b"}) world.start(name);
  world.pass(3);
  world.add_client("client", world.interval() / 5);
  world.pass(5);
  world.crash_directory();
  const auto counted = [this] {
    std::size_t adds = 0;
    for (const auto& [counter, attempts] : world.ledger().attempts()) adds += attempts.size();
    return adds;
  };
  const std::size_t before = counted();
  world.pass(10);
  EXPECT_GT(counted(), before + 10);
  world.stop_clients();
  world.pass(4);
}

class TwoDirectories : public Story {
 protected:
  static World::Options options() {
    World::Options options;
    options.directories = 2;
    return options;
  }
  TwoDirectories() : Story(options()) {}
};

TEST_F(TwoDirectories, ThatKnowNothingOfEachOtherMakeOneCluster) {
  world.cut("a", "directory");
  world.cut("c", "directory-2");
  for (const char* name : {"a", "b", "c"}) world.start(name);  // b alone speaks to both
  world.pass(8);
  add("a", "page-views", 1);
  add("c", "page-views", 10);
  world.pass(3);
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(value(name, "page-views"), 11) << name;
}

TEST_F(TwoDirectories, BothHearOfARemovalThatOneWasTold) {
  for (const char* name : {"a", "b", "c"}) world.start(name);
  world.pass(3);
  world.crash_directory(0);
  world.lose("a");
  world.remove("a");  // says an operator to the second
  world.restart_directory(0);
  world.pass(6);
  world.crash_directory(1);
  world.restart("a");
  world.pass(6);
  EXPECT_TRUE(world.server("a").replica()->removed());
}

}  // namespace
}  // namespace tally::sim
