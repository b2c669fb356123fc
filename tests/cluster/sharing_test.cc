#include "cluster/sharing.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/cluster/support.h"

namespace tally {
namespace {

// We are a, with run 1; b runs 2, c runs 3. Streams are named by their numbers.
class SharingTest : public testing::Test {
 protected:
  using Known = std::vector<std::pair<std::uint64_t, std::uint64_t>>;  // stream, mark
  using Lines = std::vector<std::string>;

  SharingTest() { meet("b", 2); }

  // It says that it holds nothing.
  void meet(const std::string& id, std::uint64_t its_run) {
    members.hear(member(id, its_run));
    sharing.told(place_of(id), says(member(id, its_run), {}));
  }

  void count_and_seal() {
    ASSERT_TRUE(names.thread.add("x", 1));
    holdings.extend(names.counting.seal());
  }
  void hold(std::uint64_t stream, const std::string& whose, std::uint64_t through) {
    const auto mark = number(holdings.mark(run(stream)));
    ASSERT_TRUE(holdings.take(header(run(stream), whose, mark, through), {{"x", 1, Sequence{through}}}));
  }

  // A parcel as "b: 1 (0,3]".
  static std::string text(const Sharing::Parcel& parcel) {
    const Part part = decode_part(parcel.body).value();
    return parcel.to.first.text() + ": " + std::to_string(part.header.stream.high) + " (" +
           std::to_string(number(part.header.after)) + "," + std::to_string(number(part.header.through)) +
           "]";
  }
  Lines round(bool everyone = false) {
    Lines lines;
    for (const Sharing::Parcel& parcel : sharing.begin_round(0, 0, everyone)) lines.push_back(text(parcel));
    return lines;
  }

  static Marks says(const Member& who, const Known& known, bool brief = false) {
    Marks marks{who, brief, {}, {}, {}};
    for (const auto& [stream, mark] : known) {
      marks.marks.push_back({run(stream), server("z"), Sequence{mark}, Sequence{mark}});
    }
    return marks;
  }
  std::string answered(const Member& who, const Known& known, bool brief = false) {
    const auto next = sharing.answered({who.id, who.url}, says(who, known, brief));
    return next ? text(*next) : "";
  }

  using Sequences = std::vector<std::uint64_t>;
  Sequences durable() const {
    Sequences numbers;
    for (const Sequence mark : sharing.durable_marks()) numbers.push_back(number(mark));
    return numbers;
  }

  Names names;
  Members members{member("a", 1)};
  Holdings holdings{names.counting, server("a"), run(1)};
  Sharing sharing{holdings, members, 100'000};
};

TEST_F(SharingTest, AnEmptyShareIsPushedToo) { EXPECT_EQ(round(), (Lines{"b: 1 (0,0]"})); }

TEST_F(SharingTest, EveryPeerIsPushedWhatLiesAfterItsMark) {
  meet("c", 3);
  count_and_seal();
  EXPECT_EQ(round(), (Lines{"b: 1 (0,1]", "c: 1 (0,1]"}));
  EXPECT_EQ(answered(member("b", 2), {{1, 1}}), "");
  EXPECT_EQ(answered(member("c", 3), {}), "") << "c did not take it";
  count_and_seal();
  EXPECT_EQ(round(), (Lines{"b: 1 (1,2]", "c: 1 (0,2]"}));
}

TEST_F(SharingTest, PeersThatLackTheSameAreSentTheSame) {
  meet("c", 3);
  meet("d", 4);
  count_and_seal();
  round();
  answered(member("d", 4), {{1, 1}});
  sharing.failed(place_of("b"));
  sharing.failed(place_of("c"));
  count_and_seal();
  const auto parcels = sharing.begin_round(7, 8, true);
  ASSERT_EQ(parcels.size(), 3U);
  EXPECT_EQ(parcels[0].body, parcels[1].body);
  EXPECT_EQ(text(parcels[0]), "b: 1 (0,2]");
  EXPECT_EQ(text(parcels[2]), "d: 1 (1,2]");
  EXPECT_EQ(decode_part(parcels[0].body)->digest, 7U);
  EXPECT_EQ(decode_part(parcels[0].body)->nonce, 8U);
}

TEST_F(SharingTest, OneParcelAtATimeIsUnderWay) {
  count_and_seal();
  EXPECT_EQ(round(), (Lines{"b: 1 (0,1]"}));
  count_and_seal();
  EXPECT_EQ(round(), Lines{}) << "b is busy";
  EXPECT_EQ(round(true), Lines{});
  EXPECT_EQ(sharing.busy(), 1U);
  answered(member("b", 2), {{1, 1}});
  EXPECT_EQ(sharing.busy(), 0U);
  EXPECT_EQ(round(), (Lines{"b: 1 (1,2]"}));
}

TEST_F(SharingTest, AClaimOfMoreThanWeWroteIsIgnored) {
  count_and_seal();
  round();
  answered(member("b", 2), {{1, 99}});
  EXPECT_EQ(sharing.furthest(), Sequence{0});
  EXPECT_EQ(durable(), Sequences{0});
  EXPECT_FALSE(sharing.reached(Sequence{1}));
  EXPECT_EQ(round(), (Lines{"b: 1 (0,1]"}));
}

TEST_F(SharingTest, ANewRunIsAskedWhatItHoldsBeforeItIsPushedAnything) {
  count_and_seal();
  members.hear(member("b", 22));
  EXPECT_EQ(round(), (Lines{"b: 1 (1,1]"})) << "an empty share";
  EXPECT_EQ(answered(member("b", 22), {{1, 1}}), "") << "it has all";
  members.hear(member("b", 222));
  EXPECT_EQ(round(), (Lines{"b: 1 (1,1]"}));
  EXPECT_EQ(answered(member("b", 222), {}), "b: 1 (0,1]") << "what it lacks follows at once";
  EXPECT_EQ(answered(member("b", 222), {{1, 1}}), "");
}

TEST_F(SharingTest, WhoSaidWhatItHoldsIsPushedTheRest) {
  count_and_seal();
  count_and_seal();
  members.hear(member("b", 22));
  sharing.told(place_of("b"), says(member("b", 22), {{1, 1}}));
  EXPECT_EQ(round(), (Lines{"b: 1 (1,2]"}));
}

TEST_F(SharingTest, ALargeShareGoesPartByPart) {
  Sharing narrow(holdings, members, 1);
  narrow.told(place_of("b"), says(member("b", 2), {}));
  ASSERT_TRUE(names.thread.add("x", 1));
  ASSERT_TRUE(names.thread.add("y", 1));
  ASSERT_TRUE(names.thread.add("z", 1));
  holdings.extend(names.counting.seal());
  auto parcels = narrow.begin_round(42, 43, false);
  ASSERT_EQ(parcels.size(), 1U);
  std::optional<Sharing::Parcel> parcel = std::move(parcels[0]);
  std::vector<std::uint32_t> indices;
  for (; parcel; parcel = narrow.answered(place_of("b"), says(member("b", 2), {}))) {
    const Part part = decode_part(parcel->body).value();
    EXPECT_EQ(part.sender, member("a", 1));
    EXPECT_EQ(part.count, 3U);
    EXPECT_EQ(part.digest, 42U);
    indices.push_back(part.index);
  }
  EXPECT_EQ(indices, (std::vector<std::uint32_t>{0, 1, 2}));
}

// ---- other servers' streams

TEST_F(SharingTest, AnothersStreamIsPassedOnAfterMoreThanTwoRoundsOfLag) {
  hold(9, "d", 5);
  const auto quiet_round = [this] {
    const Lines lines = round();
    answered(member("b", 2), {{9, 2}});
    return lines;
  };
  EXPECT_EQ(quiet_round(), (Lines{"b: 1 (0,0]"})) << "its answer tells of the lag";
  EXPECT_EQ(quiet_round(), (Lines{"b: 1 (0,0]"}));
  EXPECT_EQ(quiet_round(), (Lines{"b: 1 (0,0]"}));
  EXPECT_EQ(round(), (Lines{"b: 1 (0,0]"}));
  EXPECT_EQ(answered(member("b", 2), {{9, 2}}), "b: 9 (2,5]") << "after our own";
  EXPECT_EQ(answered(member("b", 2), {{9, 5}}), "");
  round();
  EXPECT_EQ(answered(member("b", 2), {{9, 5}}), "");
}

TEST_F(SharingTest, AStreamThatAPeerDoesNotNameIsLackingThere) {
  hold(9, "d", 5);
  for (int i = 0; i < 3; ++i) {
    round();
    EXPECT_EQ(answered(member("b", 2), {}), "");
  }
  round();
  EXPECT_EQ(answered(member("b", 2), {}), "b: 9 (0,5]");
}

TEST_F(SharingTest, WhoFollowsAStreamAtADistanceDoesNotLag) {
  for (std::uint64_t mark = 2; mark < 20; ++mark) {
    hold(9, "d", mark);
    round();
    EXPECT_EQ(answered(member("b", 2), {{9, mark - 1}}), "") << mark;
  }
}

TEST_F(SharingTest, APeersOwnStreamIsNotPassedOnToIt) {
  hold(2, "b", 5);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(round(), (Lines{"b: 1 (0,0]"}));
    EXPECT_EQ(answered(member("b", 2), {}), "");
  }
}

TEST_F(SharingTest, ABriefAnswerSaysThatNothingLags) {
  hold(9, "d", 5);
  for (int i = 0; i < 3; ++i) {
    round();
    answered(member("b", 2), {});
  }
  round();
  sharing.failed(place_of("b"));
  round();
  EXPECT_EQ(answered(member("b", 2), {{1, 0}}, true), "b: 9 (0,5]") << "this round had begun";
  EXPECT_EQ(answered(member("b", 2), {{9, 5}}, true), "");
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(round(), (Lines{"b: 1 (0,0]"}));
    EXPECT_EQ(answered(member("b", 2), {{1, 0}}, true), "");
  }
}

// ---- peers that fail, and those that come and go

TEST_F(SharingTest, APeerThatFailsIsTriedLessAndLessOften) {
  std::string tried;
  for (int i = 0; i < 40; ++i) {
    const bool now = !round().empty();
    tried += now ? '!' : '.';
    if (now) sharing.failed(place_of("b"));
  }
  EXPECT_EQ(tried, "!!.!...!.......!.......!.......!.......!");
  EXPECT_EQ(round(true).size(), 1U) << "unless everyone is";
  answered(member("b", 2), {});
  EXPECT_EQ(round().size(), 1U) << "an answer ends it";
}

TEST_F(SharingTest, WhoKeptSilentIsUnreachableUntilItAnswersAndIsPushedAllTheSame) {
  round();
  sharing.kept_silent(place_of("b"));
  EXPECT_TRUE(sharing.is_unreachable(place_of("b")));
  answered(member("b", 2), {});
  EXPECT_FALSE(sharing.is_unreachable(place_of("b")));
  sharing.kept_silent(place_of("b"));
  EXPECT_EQ(round().size(), 1U);
}

TEST_F(SharingTest, WhatIsRememberedOfAPeerDiesWithItsRun) {
  count_and_seal();
  round();
  answered(member("b", 2), {{1, 1}});
  EXPECT_EQ(sharing.furthest(), Sequence{1});
  EXPECT_EQ(durable(), Sequences{1});
  members.hear(member("b", 22));
  EXPECT_EQ(round(), (Lines{"b: 1 (1,1]"}));
  EXPECT_EQ(sharing.furthest(), Sequence{0});
  EXPECT_EQ(durable(), Sequences{0});
}

TEST_F(SharingTest, AnAnswerOfANewRunForgetsTheOldOneAsWell) {
  count_and_seal();
  round();
  answered(member("b", 2), {{1, 1}});
  round();
  answered(member("b", 22), {});
  EXPECT_EQ(sharing.furthest(), Sequence{0});
}

TEST_F(SharingTest, AnotherServerAtAPeersUrlIsNotThePeer) {
  count_and_seal();
  round();
  EXPECT_EQ(sharing.answered(place_of("b"), says({server("c"), run(3), url_of("b")}, {{1, 1}})),
            std::nullopt);
  EXPECT_EQ(sharing.furthest(), Sequence{0});
  EXPECT_EQ(sharing.busy(), 0U);
}

TEST_F(SharingTest, ARemovedPeerIsForgotten) {
  count_and_seal();
  round();
  members.remove(server("b"));
  EXPECT_EQ(round(), Lines{});
  EXPECT_EQ(answered(member("b", 2), {{1, 1}}), "") << "its last answer is too late";
  EXPECT_EQ(sharing.furthest(), Sequence{0});
}

// ---- who holds our own stream

TEST_F(SharingTest, ReachedSaysWhetherWhoAnsweredHoldsIt) {
  members.hear(member("c", 3));
  count_and_seal();
  round();
  EXPECT_FALSE(sharing.reached(Sequence{1}));
  answered(member("b", 2), {{1, 1}});
  EXPECT_FALSE(sharing.reached(Sequence{1}));
  sharing.failed(place_of("c"));
  EXPECT_TRUE(sharing.reached(Sequence{1})) << "c cannot be reached";
  EXPECT_FALSE(sharing.reached(Sequence{2}));
}

TEST_F(SharingTest, WhoIsBeingTriedAgainIsNotSetAside) {
  count_and_seal();
  round();
  sharing.failed(place_of("b"));
  EXPECT_TRUE(sharing.reached(Sequence{1})) << "b cannot be reached";
  round(true);
  EXPECT_FALSE(sharing.reached(Sequence{1})) << "perhaps it can";
  answered(member("b", 2), {{1, 1}});
  EXPECT_TRUE(sharing.reached(Sequence{1}));
  round(true);
  EXPECT_TRUE(sharing.reached(Sequence{1})) << "whatever becomes of this one";
}

TEST_F(SharingTest, WhoWasNotTriedYetIsNotSetAside) {
  EXPECT_TRUE(sharing.reached(Sequence{0})) << "there is nothing to hold";
  count_and_seal();
  EXPECT_FALSE(sharing.reached(Sequence{1}));
  round();
  answered(member("b", 2), {{1, 1}});
  members.hear(member("c", 3));
  EXPECT_FALSE(sharing.reached(Sequence{1})) << "c is new";
}

TEST_F(SharingTest, WhatAnEarlierRunHeldCountsForNothingOnceAnotherIsHeard) {
  count_and_seal();
  round();
  answered(member("b", 2), {{1, 1}});
  members.hear(member("b", 22));
  EXPECT_EQ(sharing.furthest(), Sequence{0});
  EXPECT_EQ(durable(), Sequences{});
  EXPECT_FALSE(sharing.reached(Sequence{1}));
}

TEST_F(SharingTest, DurabilityIsCountedInDistinctServersThatAreNotRemoved) {
  Member clone = member("b", 4);
  clone.url = "http://elsewhere";
  Member namesake = member("a", 5);
  namesake.url = "http://nearby";
  for (const Member& peer : {clone, namesake, member("c", 3)}) members.hear(peer);
  count_and_seal();
  round();
  for (const Member& peer : {member("b", 2), clone, namesake}) answered(peer, {{1, 1}});
  EXPECT_EQ(durable(), (Sequences{1, 0})) << "b and c; the namesake is no other server than we";
  Marks received = says(member("c", 3), {{1, 1}});
  received.marks[0].durable = Sequence{0};
  sharing.answered(place_of("c"), received);
  EXPECT_EQ(durable(), (Sequences{1, 0})) << "c's disk does not hold it yet";
  members.remove(server("b"));
  EXPECT_EQ(durable(), Sequences{0});
}

// ---- somebody waits

TEST_F(SharingTest, WhatIsAwaitedIsPushedAtOnceAndTheAnswerMayWaitForTheDisk) {
  round();
  answered(member("b", 2), {});
  count_and_seal();
  const auto parcels = sharing.push_own();
  ASSERT_EQ(parcels.size(), 1U);
  EXPECT_TRUE(decode_part(parcels[0].body).value().until_durable);
  EXPECT_EQ(answered(member("b", 2), {{1, 1}}), "");
  EXPECT_EQ(sharing.push_own().size(), 0U) << "everybody has it";
}

TEST_F(SharingTest, WhoIsBusyGetsWhatIsAwaitedWhenItHasAnswered) {
  round();
  EXPECT_FALSE(sharing.has_idle_peer());
  count_and_seal();
  EXPECT_EQ(sharing.push_own().size(), 0U);
  EXPECT_EQ(answered(member("b", 2), {}), "b: 1 (0,1]");
  EXPECT_EQ(answered(member("b", 2), {}), "")
      << "it did not take it, and is not asked again before the next round";
  EXPECT_EQ(round(), (Lines{"b: 1 (0,1]"}));
}

TEST_F(SharingTest, WhoCannotBeReachedIsNotWaitedFor) {
  round();
  sharing.failed(place_of("b"));
  count_and_seal();
  EXPECT_FALSE(sharing.has_idle_peer());
  EXPECT_EQ(sharing.push_own().size(), 0U);
}

}  // namespace
}  // namespace tally
