// What a replica's loss would cost, and what its operator hears.
#include "tests/cluster/town.h"

namespace tally {
namespace {

using Gauges = ReplicaTest;

TEST_F(Gauges, EveryAddIsUnsharedUntilSomePeerAnsweredToHoldIt) {
  Town::Server& a = town.start("a", 1);
  a.add("x", 5);
  a.add("x", 5);
  a.add("y", 1);
  EXPECT_EQ(a.replica.unshared_adds(), 3U) << "sealed or not";
  town.pass(seconds(2));
  EXPECT_EQ(a.replica.unshared_adds(), 3U) << "sealed, and nobody there";
  town.start("b", 2, {member("a", 1)});
  town.pass(seconds(2));
  EXPECT_EQ(a.replica.unshared_adds(), 0U);
  a.add("x", 1);
  EXPECT_EQ(a.replica.unshared_adds(), 1U);
}

TEST_F(Gauges, WhenItsOnlyHolderStartsAgainFromNothingAllAddsAreUnsharedUntilItHasThemAgain) {
  Town::Server& a = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  a.add("x", 5);
  town.pass(seconds(2));
  ASSERT_EQ(a.replica.unshared_adds(), 0U);
  town.crash("b");
  town.cut("a", "b");
  town.start("b", 3);
  town.act(url_of("a"), push(a, member("b", 3), header(run(3), "b", 0, 0), {}).output);
  EXPECT_EQ(a.replica.unshared_adds(), 1U);
  town.heal();
  town.pass(seconds(20));
  EXPECT_EQ(a.replica.unshared_adds(), 0U);
}

TEST_F(Gauges, EachPeerHasItsOwnLag) {
  Town::Server& a = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  town.start("c", 3, {member("a", 1), member("b", 2)});
  town.pass(seconds(2));
  town.silence("c");
  a.add("x", 5);
  a.add("x", 5);
  town.pass(seconds(3));
  EXPECT_EQ(a.replica.unshared_adds(), 0U);
  const auto lags = a.replica.peer_lags();
  ASSERT_EQ(lags.size(), 2U);
  EXPECT_EQ(lags[0].peer, place_of("b"));
  EXPECT_EQ(lags[0].unshared_adds, 0U);
  EXPECT_LE(town.now() - lags[0].fresh_through, seconds(2));
  EXPECT_EQ(lags[1].peer, place_of("c"));
  EXPECT_EQ(lags[1].unshared_adds, 2U);
  EXPECT_GE(town.now() - lags[1].fresh_through, seconds(3));
}

TEST_F(Gauges, AnAddIsUnsyncedUntilTheDiskHoldsIt) {
  Town::Server& a = town.start(member("a", 1), {}, {.has_disk = true});
  a.add("x", 5);
  EXPECT_EQ(a.replica.unsynced_adds(), 1U);
  ASSERT_FALSE(a.replica.confirm(town.now(), true, false).commit.empty());
  EXPECT_EQ(a.replica.unsynced_adds(), 1U);
  a.replica.written(town.now());
  EXPECT_EQ(a.replica.unsynced_adds(), 0U);
}

// ---- a disk that was set back

class SetBack : public ReplicaTest {
 protected:
  static constexpr const char* kSaid = "earlier run of this server 'a' that its data folder does not know";

  SetBack() {
    with_disk.has_disk = true;
    b.add("z", 1);
    // What b heard of an earlier run of a.
    push(b, member("a", 1), header(run(1), "a", 0, 4), {{"x", 5, Sequence{4}}});
  }

  ReplicaOptions with_disk;
  Town::Server& b = town.start("b", 2);
};

TEST_F(SetBack, IsSaidOnceForARunThatTheDiskDoesNotKnow) {
  Town::Server& a = town.start(member("a", 7), {member("b", 2)}, with_disk);
  town.pass(seconds(10));
  EXPECT_EQ(a.value("x"), 5) << "and it comes back";
  EXPECT_TRUE(warned(a, kSaid));
  EXPECT_EQ(a.warnings.size(), 1U);
}

TEST_F(SetBack, IsNotSaidOfARunThatTheDiskKnowsWhoeverKnowsItFurther) {
  with_disk.ask_balancers = true;
  Town::Server& a = town.start(member("a", 7), {}, with_disk);
  Town::restore(a, header(run(1), "a", 0, 3), {{"x", 4, Sequence{3}}});
  town.act(url_of("a"), a.replica.learn(town.now(), {member("b", 2)}, {}));
  town.act(url_of("a"), a.replica.balancers_asked(town.now()));
  town.deliver();
  town.pass(seconds(10));
  EXPECT_EQ(a.value("x"), 5) << "peers may know more than a disk";
  EXPECT_TRUE(a.warnings.empty()) << a.warnings[0];
}

TEST_F(SetBack, IsNotSaidOfAServerThatLivesUnderTheSameId) {
  Member clone = member("a", 9);
  clone.url = "http://elsewhere";
  Town::Server& other = town.start(clone, {member("b", 2)});
  other.add("x", 2);
  town.pass(seconds(3));
  push(b, member("c", 3), header(run(3), "c", 0, 1), {{"x", 1, Sequence{1}}});
  Town::Server& a = town.start(member("a", 7), {member("b", 2)}, with_disk);
  town.pass(seconds(10));
  EXPECT_EQ(a.value("x"), 8);
  EXPECT_TRUE(warned(a, "Another server with this server's id"));
  const auto said = [](const std::string& text) { return text.find(kSaid) != std::string::npos; };
  EXPECT_EQ(std::count_if(a.warnings.begin(), a.warnings.end(), said), 1) << "of run 1 only";
}

TEST_F(SetBack, IsNotSaidWhereThereIsNoDisk) {
  Town::Server& a = town.start("a", 7, {member("b", 2)});
  town.pass(seconds(10));
  EXPECT_EQ(a.value("x"), 5);
  EXPECT_TRUE(a.warnings.empty());
}

}  // namespace
}  // namespace tally
