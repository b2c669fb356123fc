// Who takes part, and what the directory has to do with it: nothing, once servers know each other.
#include <algorithm>

#include "tests/sim/story.h"

namespace tally::sim {
namespace {

class Membership : public Story {
 protected:
  bool knows(const std::string& name, const std::string& id, const std::string& at) {
    return world.server(name).replica()->members().peers().contains(
        {ServerId::parse(id).value(), "http://" + at});
  }
  // Of what it shows, as it says itself.
  Duration age(const std::string& name) {
    const Server& server = world.server(name);
    const Instant through = server.replica()->fresh_through().value();
    return through == Vouching::kNever ? Duration::max() : server.clock() - through;
  }
};

TEST_F(Membership, TheDirectoryRestartsEmptyAndNothingStops) {
  for (const char* name : {"a", "b", "c"}) world.start(name);
  world.pass(2);
  world.crash_directory();
  add("a", "page-views", 1);
  world.pass(2);
  EXPECT_EQ(value("c", "page-views"), 1);
  world.cut("b", "directory");
  world.cut("c", "directory");
  world.restart_directory();
  world.pass(8);  // it knows of a alone, and says so
  add("a", "page-views", 1);
  add("b", "page-views", 1);
  world.pass(2);
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(value(name, "page-views"), 3) << name;
}

TEST_F(Membership, WithoutADirectoryServersThatKnowOneKnowAll) {
  for (const char* name : {"a", "b"}) world.start(name);
  world.pass(2);
  world.crash_directory();
  Server& c = world.start("c");
  world.pass(1);
  c.tell({world.server("a").replica()->members().self()}, {});  // by an operator's word
  world.pass(4);
  add("c", "page-views", 1);
  add("b", "page-views", 1);
  world.pass(2);
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(value(name, "page-views"), 2) << name;
}

TEST_F(Membership, TwoClonesWithOneIdAreBothCounted) {
  world.start("a", Disk::kept);
  world.start("b");
  world.pass(1);
  add("a", "page-views", 1);
  world.pass(2);
  // Its data folder is copied to another machine and started there.
  world.start("a2", Disk::kept, ServerId::parse("a").value(), world.server("a").disk().content());
  world.pass(2);
  add("a", "page-views", 10);
  add("a2", "page-views", 100);
  world.pass(3);
  for (const char* name : {"a", "a2", "b"}) EXPECT_EQ(value(name, "page-views"), 111) << name;
  const auto alarms = std::count_if(
      world.warnings().begin(), world.warnings().end(),
      [](const auto& warning) { return warning.find("give one of them another id") != std::string::npos; });
  EXPECT_GE(alarms, 2);
}

TEST_F(Membership, AServerThatMovesIsMissedNowhere) {
  for (const char* name : {"a", "b", "c"}) world.start(name, Disk::kept);
  world.pass(2);
  add("a", "page-views", 1);
  world.server("a").stop(4 * world.interval());
  world.pass(5);
  world.move("a", "a2");
  world.pass(4);
  add("a2", "page-views", 10);
  world.start("d");  // to whom the directory still names the place that was left
  world.pass(4);
  for (const char* name : {"a2", "b", "c", "d"}) {
    EXPECT_EQ(value(name, "page-views"), 11) << name;
    EXPECT_FALSE(knows(name, "a", "a")) << name;
    EXPECT_LT(age(name), 4 * world.interval()) << name;
  }
}

TEST_F(Membership, AServerThatMovesAgainAndAgainLeavesNoPlaceBehind) {
  for (const char* name : {"a", "b"}) world.start(name, Disk::kept);
  world.pass(2);
  std::string here = "a";
  for (const std::string next : {"a2", "a3", "a4"}) {
    world.server(here).stop(4 * world.interval());
    world.pass(5);
    if (next == "a3") world.crash("b");  // it hears nothing of this
    world.move(here, next);
    world.pass(3);
    if (next == "a4") world.restart("b");
    here = next;
  }
  world.pass(6);
  for (const char* left : {"a", "a2", "a3"}) EXPECT_FALSE(knows("b", "a", left)) << left;
  EXPECT_TRUE(knows("b", "a", "a4"));
  EXPECT_LT(age("b"), 4 * world.interval());
}

// Nobody can tell it from one whose folder was copied while it ran.
TEST_F(Membership, AServerThatMovesAfterACrashLeavesItsPlace) {
  for (const char* name : {"a", "b"}) world.start(name, Disk::kept);
  world.pass(2);
  world.crash("a");
  world.move("a", "a2");
  world.pass(10);
  EXPECT_TRUE(knows("b", "a", "a"));
  EXPECT_GT(age("b"), 4 * world.interval());
}

TEST_F(Membership, ACopyOfARunningServersFolderEndsNobody) {
  for (const char* name : {"a", "b"}) world.start(name, Disk::kept);
  world.pass(2);
  world.start("a2", Disk::kept, ServerId::parse("a").value(), world.server("a").disk().content());
  world.pass(3);
  part("a", "b");
  add("a", "page-views", 1);
  world.pass(10);
  EXPECT_TRUE(knows("b", "a", "a"));
  EXPECT_TRUE(knows("b", "a", "a2"));
}

TEST_F(Membership, TwoThatGoOnWithOneFolderAreBothHeard) {
  for (const char* name : {"a", "b"}) world.start(name, Disk::kept);
  world.pass(2);
  world.server("a").stop(4 * world.interval());
  world.pass(5);
  const MemoryStore copy = world.server("a").disk().content();
  world.move("a", "a2");
  world.start("a3", Disk::kept, ServerId::parse("a").value(), copy);
  world.pass(3);
  add("a2", "page-views", 1);
  add("a3", "page-views", 10);
  world.pass(3);
  for (const char* name : {"a2", "a3", "b"}) EXPECT_EQ(value(name, "page-views"), 11) << name;
  EXPECT_FALSE(knows("b", "a", "a"));
  EXPECT_LT(age("b"), 4 * world.interval());
  EXPECT_TRUE(warned("give one of them another id"));
}

TEST_F(Membership, ARemovedServersCountsStay) {
  for (const char* name : {"a", "b", "c"}) world.start(name);
  world.pass(2);
  add("a", "page-views", 5);
  world.pass(2);
  world.lose("a");
  world.remove("a");
  world.pass(4);
  EXPECT_TRUE(world.server("b").replica()->members().is_removed(ServerId::parse("a").value()));
  world.start("d");
  world.pass(3);
  for (const char* name : {"b", "c", "d"}) EXPECT_EQ(value(name, "page-views"), 5) << name;
}

TEST_F(Membership, ARemovedServerThatComesBackIsToldSoAndTakesNoMoreAdds) {
  for (const char* name : {"a", "b"}) world.start(name, Disk::kept);
  world.pass(2);
  add("a", "page-views", 5);
  world.pass(2);
  world.lose("a");
  world.remove("a");
  world.pass(4);
  world.restart("a");
  world.pass(4);
  EXPECT_TRUE(world.server("a").replica()->removed());
  const auto refused = world.server("a").add({"page-views", 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::forbidden);
  EXPECT_EQ(value("b", "page-views"), 5);
}

TEST_F(Membership, ARemovalOutlivesTheDirectoryThatWasTold) {
  for (const char* name : {"a", "b", "c"}) world.start(name);
  world.pass(2);
  world.lose("a");
  world.remove("a");
  world.pass(4);
  world.crash_directory();
  world.restart_directory();
  world.pass(4);
  world.restart("a");
  world.pass(4);
  EXPECT_TRUE(world.server("a").replica()->removed());
}

TEST_F(Membership, ARemovedServerIsRefusedAfterEverybodyRestarted) {
  for (const char* name : {"a", "b"}) world.start(name, Disk::kept);
  world.pass(2);
  add("a", "page-views", 5);
  world.pass(2);
  world.crash("a");  // it never hears of its removal
  world.remove("a");
  world.pass(2);
  world.crash("b");
  world.crash_directory();
  world.restart("b");
  world.pass(2);
  world.restart("a");
  world.pass(2);
  EXPECT_TRUE(world.server("b").replica()->members().is_removed(ServerId::parse("a").value()));
  EXPECT_TRUE(world.server("a").replica()->removed());
  EXPECT_EQ(value("b", "page-views"), 5);
  world.crash("a");
  world.crash("b");
  world.restart("a");  // and now its own disk says so
  EXPECT_FALSE(world.server("a").add({"page-views", 1}));
  EXPECT_TRUE(world.server("a").replica()->removed());
}

TEST_F(Membership, AClusterWithDisksRestartsWithoutADirectory) {
  for (const char* name : {"a", "b", "c"}) world.start(name, Disk::kept);
  world.pass(2);
  part("a", "b");
  add("a", "page-views", 5);
  world.pass(1);
  for (const char* name : {"a", "b", "c"}) world.crash(name);
  world.crash_directory();
  world.network().heal();
  for (const char* name : {"b", "a", "c"}) world.restart(name);
  world.pass(2);
  for (const char* name : {"a", "b", "c"}) {
    EXPECT_TRUE(world.server(name).ready()) << name;
    EXPECT_EQ(value(name, "page-views"), 5) << name;
  }
  add("b", "page-views", 1);
  world.pass(2);
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(value(name, "page-views"), 6) << name;
}

TEST_F(Membership, AServerMayMoveToAnotherUrl) {
  world.start("a");
  world.start("b");
  world.pass(2);
  add("a", "page-views", 5);
  world.pass(2);
  world.crash("a");
  world.start("elsewhere", Disk::none, ServerId::parse("a").value());
  world.pass(2);
  add("elsewhere", "page-views", 1);
  world.pass(3);
  EXPECT_EQ(value("b", "page-views"), 6);
  EXPECT_EQ(value("elsewhere", "page-views"), 6);
}

}  // namespace
}  // namespace tally::sim
