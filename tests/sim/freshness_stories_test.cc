// What servers say of how fresh they are, and that it is so.
#include "tests/sim/story.h"

namespace tally::sim {
namespace {

class HonestStaleness : public Story {
 protected:
  // In intervals, rounded up; nothing if it cannot say.
  std::optional<int> age(const std::string& name) {
    const Server& server = world.server(name);
    const auto through = server.replica()->fresh_through();
    if (!through) return 0;
    if (*through == Vouching::kNever) return std::nullopt;
    const Duration age = world.now() - server.world_time(*through);
    return static_cast<int>((age + world.interval() - Duration(1)) / world.interval());
  }
  std::vector<std::string> missing(const std::string& name) {
    const Server& server = world.server(name);
    std::vector<std::string> ids;
    for (const auto& [place, time] : server.replica()->older_than(Instant::max())) {
      if (time == Vouching::kNever || world.now() - server.world_time(time) > 4 * world.interval()) {
        ids.push_back(place.first.text());
      }
    }
    return ids;
  }
  using Ids = std::vector<std::string>;
};

TEST_F(HonestStaleness, AServerThatHearsAndIsNotHeardIsReportedIncomplete) {
  for (const char* name : {"a", "b", "c"}) world.start(name);
  world.pass(4);
  EXPECT_LE(age("a"), 2);
  world.cut("b", "a");
  world.cut("b", "c");
  add("b", "page-views", 1);
  world.pass(8);
  EXPECT_EQ(value("a", "page-views"), 0);
  EXPECT_EQ(missing("a"), Ids{"b"});
  EXPECT_EQ(missing("c"), Ids{"b"});
  world.network().heal();
  world.pass(10);
  EXPECT_EQ(value("a", "page-views"), 1);
  EXPECT_LE(age("a"), 2);
}

TEST_F(HonestStaleness, WhatAPartitionHidesIsVouchedForByWhoeverSeesBothSides) {
  for (const char* name : {"a", "b", "c"}) world.start(name);
  world.pass(4);
  part("a", "c");
  world.pass(10);
  add("c", "page-views", 1);
  world.pass(8);
  EXPECT_EQ(value("a", "page-views"), 1);
  EXPECT_EQ(missing("a"), Ids{});
}

TEST_F(HonestStaleness, ARestartIsForgivenOnceNobodyCanHoldMoreOfTheRunBefore) {
  for (const char* name : {"a", "b", "c"}) world.start(name);
  world.pass(4);
  // b's last words reach c alone, and c is cut off before it can pass them on.
  part("a", "b");
  add("b", "page-views", 7);
  world.pass(1);
  part("a", "c");
  world.crash("b");
  world.pass(1);
  world.network().heal();
  part("a", "c");
  part("b", "c");
  world.restart("b");
  world.pass(8);
  EXPECT_EQ(value("a", "page-views"), 0);
  EXPECT_EQ(missing("a"), (Ids{"b", "c"})) << "c may hold what b acknowledged before it crashed, and does";
  world.network().heal();
  world.pass(10);
  EXPECT_EQ(value("a", "page-views"), 7);
  EXPECT_EQ(missing("a"), Ids{});
}

TEST_F(HonestStaleness, AServerThatWasStoppedForAMinuteDoesNotLookFresh) {
  for (const char* name : {"a", "b"}) world.start(name);
  world.pass(4);
  world.server("b").pause(60 * world.interval());
  world.pass(30);
  EXPECT_GE(age("a"), 29);
  world.pass(40);
  EXPECT_LE(age("a"), 2);
  EXPECT_LE(age("b"), 2);
}

}  // namespace
}  // namespace tally::sim
