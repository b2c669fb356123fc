// What a replica knows of how fresh its counts are.
#include "tests/cluster/town.h"

namespace tally {
namespace {

class FreshnessTest : public ReplicaTest {
 protected:
  Duration age(Town::Server& server) {
    const auto through = server.replica.fresh_through();
    EXPECT_TRUE(through && *through != Vouching::kNever);
    return town.now() - through.value_or(town.now());
  }
  static bool can_say(Town::Server& server) {
    return server.replica.fresh_through().value_or(Instant()) != Vouching::kNever;
  }
  std::vector<std::string> missing(Town::Server& server, Duration since) {
    std::vector<std::string> ids;
    for (const auto& [place, time] : server.replica.older_than(town.now() - since)) {
      ids.push_back(place.first.text());
    }
    return ids;
  }
  static constexpr Duration kLimit = seconds(4);
};

TEST_F(FreshnessTest, AServerThatIsAloneHasEverything) {
  Town::Server& a = town.start("a", 1);
  EXPECT_EQ(a.replica.fresh_through(), std::nullopt);
}

TEST_F(FreshnessTest, WhileItsBalancersSaidNothingAServerDoesNotKnowThatItIsAlone) {
  ReplicaOptions options;
  options.ask_balancers = true;
  Town::Server& a = town.start(member("a", 1), {}, options);
  Town::Server b(member("b", 2), options, town.now());
  EXPECT_TRUE(can_say(a)) << "it was told";
  EXPECT_FALSE(can_say(b));
  b.replica.learn(town.now(), {}, {}, false);
  EXPECT_FALSE(can_say(b)) << "its balancer has just started, too";
  b.replica.learn(town.now(), {}, {});
  EXPECT_TRUE(can_say(b));
}

TEST_F(FreshnessTest, ServersThatHearEachOtherAreNeverStalerThanTwoIntervals) {
  Town::Server& a = town.start("a", 1);
  Town::Server& b = town.start("b", 2, {member("a", 1)});
  town.pass(seconds(3));
  for (int i = 0; i < 40; ++i) {
    b.add("x", 1);
    town.pass(milliseconds(130));
    EXPECT_LE(age(a), seconds(2));
    EXPECT_LE(age(b), seconds(2));
  }
}

TEST_F(FreshnessTest, RecoveryVouchesAtOnce) {
  Town::Server& b = town.start("b", 2);
  b.add("x", 5);
  town.pass(seconds(1));
  b.add("x", 1);
  Town::Server& a = town.start("a", 1, {member("b", 2)});
  EXPECT_EQ(age(a), seconds(0));
  EXPECT_EQ(a.value("x"), 6) << "b sealed because it was asked";
}

TEST_F(FreshnessTest, AServerThatIsNotHeardIsMissing) {
  Town::Server& a = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  town.start("c", 3, {member("a", 1)});
  town.pass(seconds(3));
  EXPECT_EQ(missing(a, kLimit), std::vector<std::string>{});
  town.crash("c");
  town.pass(seconds(10));
  EXPECT_EQ(missing(a, kLimit), std::vector<std::string>{"c"});
  EXPECT_GT(age(a), seconds(8));
  town.act(url_of("a"), a.replica.learn(town.now(), {}, {server("c")}));
  EXPECT_EQ(missing(a, kLimit), std::vector<std::string>{}) << "removed";
}

TEST_F(FreshnessTest, WhoCannotBeAskedIsVouchedForByAnother) {
  Town::Server& a = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  Town::Server& c = town.start("c", 3, {member("a", 1)});
  town.pass(seconds(3));
  town.cut("a", "c");
  town.pass(seconds(20));
  c.add("x", 7);
  town.pass(seconds(8));
  EXPECT_EQ(a.value("x"), 7);
  EXPECT_EQ(missing(a, kLimit), std::vector<std::string>{});
}

TEST_F(FreshnessTest, AStartingServerVouchesForNothing) {
  Town::Server& b = town.start("b", 2);
  town.silence("z");
  Town::Server& a = town.start("a", 1, {member("z", 9), member("b", 2)});
  ASSERT_FALSE(a.replica.ready());
  const auto answer = decode_marks(a.replica.answer_marks(town.now(), {}, 77).body.value()).value();
  EXPECT_EQ(answer.echo, 0U);
  EXPECT_EQ(decode_marks(b.replica.answer_marks(town.now(), {}, 77).body.value()).value().echo, 77U);
}

TEST_F(FreshnessTest, AnEchoOfWhatWasNeverAskedIsNotBelieved) {
  for (const Duration ahead : {Duration(seconds(0)), Duration(seconds(1)), Duration(seconds(-1))}) {
    Town::Server a(member("a", 1), {}, town.now());
    const Output out = a.replica.learn(town.now(), {member("b", 2)}, {});
    ASSERT_EQ(out.requests.size(), 1U);
    const Marks marks{member("b", 2), true, {}, {}, {}, nonce_of(town.now() + ahead)};
    a.replica.answered(town.now(), out.requests[0].id, encode(marks));
    EXPECT_EQ(can_say(a), ahead == Duration(0)) << ahead.count();
  }
}

// ---- fresh reads

TEST_F(FreshnessTest, ARefreshBringsWhatEverybodyCountedBeforeIt) {
  Town::Server& a = town.start("a", 1);
  Town::Server& b = town.start("b", 2, {member("a", 1)});
  town.pass(seconds(3));
  b.add("x", 5);
  EXPECT_EQ(a.value("x"), 0);
  town.act(url_of("a"), a.replica.refresh(town.now()));
  EXPECT_EQ(a.refreshed, std::nullopt);
  town.deliver();
  EXPECT_EQ(a.refreshed, town.now());
  EXPECT_EQ(a.value("x"), 5);
  EXPECT_EQ(age(a), seconds(0));
}

TEST_F(FreshnessTest, ARefreshWaitsForNobodyWhoIsGone) {
  Town::Server& a = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  town.start("c", 3, {member("a", 1)});
  town.pass(seconds(3));
  town.crash("c");
  town.pass(seconds(3));
  town.act(url_of("a"), a.replica.refresh(town.now()));
  town.deliver();
  EXPECT_EQ(a.refreshed, town.now());
  EXPECT_EQ(missing(a, Duration(0)), std::vector<std::string>{"c"});
}

TEST_F(FreshnessTest, ARefreshWaitsNoLongerThanItsLimit) {
  Town::Server& a = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  town.pass(seconds(3));
  town.silence("b");
  const Instant asked = town.now();
  town.act(url_of("a"), a.replica.refresh(asked));
  town.deliver();
  EXPECT_EQ(a.refreshed, std::nullopt);
  town.pass(Replica::kRefreshLimit);
  EXPECT_EQ(a.refreshed, asked);
}

TEST_F(FreshnessTest, WhoKeptSilentHoldsUpOneRefreshOnly) {
  Town::Server& a = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  town.pass(seconds(3));
  town.silence("b");
  town.act(url_of("a"), a.replica.refresh(town.now()));
  town.pass(Replica::kRefreshLimit);
  const Instant asked = town.now();
  town.act(url_of("a"), a.replica.refresh(asked));
  EXPECT_EQ(a.refreshed, asked) << "though its share is not given up yet";
  EXPECT_EQ(a.replica.older_than(asked).size(), 1U) << "it is missing all the same";
}

TEST_F(FreshnessTest, WhoeverComesDuringARefreshGetsOneOfTheirOwn) {
  Town::Server& a = town.start("a", 1);
  Town::Server& b = town.start("b", 2, {member("a", 1)});
  town.pass(seconds(3));
  town.act(url_of("a"), a.replica.refresh(town.now()));
  b.add("x", 5);  // the question is still on its way, but this reader asks later
  town.act(url_of("a"), a.replica.refresh(town.now()));
  town.deliver();
  EXPECT_EQ(a.refreshes, 2);
  EXPECT_EQ(a.value("x"), 5);
}

TEST_F(FreshnessTest, ARefreshWhereNothingChangedMovesNoMark) {
  Town::Server& a = town.start("a", 1);
  Town::Server& b = town.start("b", 2, {member("a", 1)});
  b.add("x", 5);
  town.pass(seconds(3));
  const Sequence before = b.replica.marks().marks.back().received;
  const int asked = town.stream_questions;
  town.act(url_of("a"), a.replica.refresh(town.now()));
  town.deliver();
  EXPECT_EQ(a.refreshed, town.now());
  EXPECT_EQ(age(a), seconds(0));
  EXPECT_EQ(b.replica.marks().marks.back().received, before);
  EXPECT_EQ(town.stream_questions, asked);
}

TEST_F(FreshnessTest, APeerThatAsksForPatienceIsNoUnreachableOne) {
  Town::Server a(member("a", 1), {}, town.now());
  a.replica.learn(town.now(), {member("b", 2)}, {});
  const Output out = a.replica.flush(town.now());
  ASSERT_FALSE(out.requests.empty());
  for (const PeerRequest& request : out.requests) {
    a.replica.answered(town.now(), request.id, Error{Errc::unavailable, "A little later."});
  }
  EXPECT_FALSE(a.replica.sharing().is_unreachable(place_of("b")));
}

TEST_F(FreshnessTest, WithoutOtherServersARefreshIsDoneAtOnce) {
  Town::Server& a = town.start("a", 1);
  EXPECT_EQ(a.replica.refresh(town.now()).refreshed, town.now());
}

}  // namespace
}  // namespace tally
