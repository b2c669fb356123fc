// How counts travel, and what does not disturb them.
#include <algorithm>

#include "tests/sim/story.h"

namespace tally::sim {
namespace {

class Sharing : public Story {};

TEST_F(Sharing, AThirdServerSoonShowsEveryCount) {
  world.start("a");
  world.start("b");
  world.pass(1);
  add("a", "page-views", 1);
  add("b", "page-views", 2);
  world.pass(2);
  world.start("c");
  wait_until_ready("c");
  EXPECT_EQ(value("c", "page-views"), 3);
}

TEST_F(Sharing, BothSidesOfAPartitionCountAndMergeWhenItHeals) {
  world.start("a");
  world.start("b");
  world.pass(2);
  part("a", "b");
  add("a", "page-views", 1);
  add("b", "page-views", 2);
  world.pass(20);
  EXPECT_EQ(value("a", "page-views"), 1);
  EXPECT_EQ(value("b", "page-views"), 2);
  world.network().heal();
  world.pass(12);
  EXPECT_EQ(value("a", "page-views"), 3);
  EXPECT_EQ(value("b", "page-views"), 3);
}

TEST_F(Sharing, AServerThatIsHeardButHearsNothingIsCountedByTheOthers) {
  world.start("a");
  world.start("b");
  world.pass(2);
  world.cut("b", "a");  // neither b's shares nor b's answers arrive
  add("a", "page-views", 1);
  add("b", "page-views", 2);
  world.pass(20);
  EXPECT_EQ(value("b", "page-views"), 3);
  EXPECT_EQ(value("a", "page-views"), 1);
  world.network().heal();
  world.pass(12);
  EXPECT_EQ(value("a", "page-views"), 3);
}

TEST_F(Sharing, TwoThatCannotReachEachOtherHearOfEachOtherThroughAThird) {
  for (const char* name : {"a", "b", "c"}) world.start(name);
  world.pass(2);
  part("a", "c");
  add("a", "page-views", 1);
  add("c", "page-views", 2);
  world.pass(16);
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(value(name, "page-views"), 3) << name;
}

TEST_F(Sharing, DoubledLateAndMangledSharesAreCountedOnceOrNotAtAll) {
  Weather weather;
  weather.doubled_percent = 60;
  weather.mangled_percent = 30;
  weather.late_percent = 50;
  weather.late_by = 3 * world.interval();
  world.network().change(weather);
  world.start("a");
  world.start("b");
  world.pass(5);
  for (int round = 0; round < 20; ++round) {
    add("a", "page-views", 1);
    add("b", "downloads", 10);
    world.pass(1);
  }
  world.network().change({});
  world.pass(12);
  for (const char* name : {"a", "b"}) {
    EXPECT_EQ(value(name, "page-views"), 20);
    EXPECT_EQ(value(name, "downloads"), 200);
  }
}

TEST_F(Sharing, ASlowPeerIsNotFlooded) {
  world.start("a");
  world.start("b");
  world.pass(2);
  world.server("b").pause(30 * world.interval());
  std::size_t most_under_way = 0;
  for (int round = 0; round < 30; ++round) {
    add("a", "page-views", 1);
    world.pass(1);
    most_under_way = std::max(most_under_way, world.server("a").replica()->sharing().busy());
  }
  EXPECT_LE(most_under_way, 1U);
  world.pass(12);
  EXPECT_EQ(value("b", "page-views"), 30);
}

class SmallParts : public Story {
 protected:
  static World::Options options() {
    World::Options options;
    options.part_bytes = 600;  // three or so counters
    return options;
  }
  SmallParts() : Story(options()) {}

  // a counts, and shares with b until somewhere within its share nothing passes between them any more.
  void share_in_part() {
    world.start("a");
    world.start("b");
    world.pass(2);
    for (int i = 0; i < 40; ++i) add("a", "counter-" + std::to_string(i), 1);
    Weather slow;
    slow.least_delay = world.interval() / 20;
    slow.most_delay = slow.least_delay;
    world.network().change(slow);
    world.pass(1);
    part("a", "b");
    world.pass(1);
    EXPECT_EQ(world.server("b").replica()->staging().senders(), 1U);
  }
};

TEST_F(SmallParts, APartOfAShareIsNotCounted) {
  share_in_part();
  for (int i = 0; i < 40; ++i) EXPECT_EQ(value("b", "counter-" + std::to_string(i)), 0);
  world.network().heal();
  world.pass(20);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(value("b", "counter-" + std::to_string(i)), 1);
}

TEST_F(SmallParts, WhatARunHadBegunToShareIsDroppedWhenItEnds) {
  share_in_part();
  world.crash("a");
  world.network().heal();
  world.restart("a");
  world.pass(3);
  EXPECT_EQ(world.server("b").replica()->staging().senders(), 0U);
}

}  // namespace
}  // namespace tally::sim
