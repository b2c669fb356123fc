#include "cluster/vouching.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cluster/echoes.h"
#include "tests/cluster/support.h"

namespace tally {
namespace {

using std::chrono::seconds;

constexpr Instant at(int second) { return Instant(seconds(second)); }

class VouchingTest : public testing::Test {
 protected:
  void follow(const std::map<std::string, std::uint64_t>& peers, int now) {
    std::map<Place, StreamId> runs;
    for (const auto& [id, its_run] : peers) runs.emplace(place_of(id), run(its_run));
    vouching.follow(runs, at(now));
  }
  void answered(const std::string& id, int asked, Vouching::Needed needed = {}) {
    vouching.answered(place_of(id), at(asked), std::move(needed));
  }
  void passed_on(const std::vector<std::string>& known, int time, const Vouching::Needed& needed = {}) {
    std::vector<Member> members;
    for (const std::string& id : known) members.push_back(member(id, 99));
    vouching.passed_on(members, at(time), needed);
  }
  void hold(std::uint64_t stream, std::uint64_t through) {
    const std::uint64_t after = number(holdings.mark(run(stream)));
    ASSERT_TRUE(holdings.take(header(run(stream), "z", after, through), {{"x", 1, Sequence{through}}}));
    vouching.reached(run(stream));
  }
  static std::pair<StreamId, Sequence> need(std::uint64_t stream, std::uint64_t mark) {
    return {run(stream), Sequence{mark}};
  }
  // "b c": of whom it is not known what they acknowledged before `time`.
  std::string older_than(int time) {
    std::string ids;
    for (const auto& [place, known] : vouching.older_than(at(time))) {
      ids += (ids.empty() ? "" : " ") + place.first.text();
    }
    return ids;
  }

  Names names;
  Holdings holdings{names.counting, server("a"), run(1)};
  Vouching vouching{holdings};
};

TEST_F(VouchingTest, WithoutOtherServersThereIsNothingToVouchFor) {
  EXPECT_EQ(vouching.oldest(), std::nullopt);
  EXPECT_EQ(older_than(1000), "");
}

TEST_F(VouchingTest, OfWhomDidNotAnswerNobodyCanSayAnything) {
  follow({{"b", 2}, {"c", 3}}, 1);
  EXPECT_EQ(vouching.oldest(), Vouching::kNever);
  answered("b", 5);
  EXPECT_EQ(vouching.oldest(), Vouching::kNever);
  EXPECT_EQ(older_than(5), "b c") << "c may hold the last words of an earlier b";
}

TEST_F(VouchingTest, TheOldestAnswerCounts) {
  follow({{"b", 2}, {"c", 3}}, 1);
  answered("b", 5);
  answered("c", 3);
  EXPECT_EQ(vouching.oldest(), at(3));
  EXPECT_EQ(older_than(4), "c");
  answered("c", 7);
  EXPECT_EQ(vouching.oldest(), at(5));
}

TEST_F(VouchingTest, AnAnswerCountsOnceItsMarksAreReached) {
  follow({{"b", 2}}, 1);
  answered("b", 5, {need(2, 4), need(9, 1)});
  hold(2, 4);
  EXPECT_EQ(vouching.oldest(), Vouching::kNever);
  hold(9, 1);
  EXPECT_EQ(vouching.oldest(), at(5));
}

TEST_F(VouchingTest, MarksThatMoveFasterThanTheyAreReachedStarveNoAnswer) {
  follow({{"b", 2}}, 1);
  for (int second = 5; second < 50; ++second) {
    answered("b", second, {need(2, static_cast<std::uint64_t>(second))});
    if (second >= 10) hold(2, static_cast<std::uint64_t>(second - 4));
  }
  EXPECT_GE(*vouching.oldest(), at(40));
  EXPECT_LE(*vouching.oldest(), at(45));
}

TEST_F(VouchingTest, ALateAnswerChangesNothing) {
  follow({{"b", 2}}, 1);
  answered("b", 5);
  answered("b", 4);
  EXPECT_EQ(vouching.oldest(), at(5));
  answered("b", 9, {need(2, 7)});
  answered("b", 8, {need(2, 9)});
  hold(2, 7);
  EXPECT_EQ(vouching.oldest(), at(9));
}

TEST_F(VouchingTest, WhatANewRunSaysCountsOnceEverybodyWasAskedSince) {
  follow({{"b", 2}, {"c", 3}}, 1);
  answered("b", 5);
  answered("c", 6);
  follow({{"b", 22}, {"c", 3}}, 7);
  EXPECT_EQ(vouching.oldest(), at(5)) << "what the run before said stays true";
  answered("b", 8);
  EXPECT_EQ(older_than(6), "b") << "c may hold more of the run before";
  answered("c", 6);
  EXPECT_EQ(vouching.oldest(), at(5)) << "c was asked too early";
  answered("c", 9);
  EXPECT_EQ(vouching.oldest(), at(8));
}

TEST_F(VouchingTest, RunsThatEndTogetherDoNotWaitForEachOther) {
  follow({{"b", 2}, {"c", 3}}, 1);
  follow({{"b", 22}, {"c", 33}}, 4);
  answered("b", 5);
  answered("c", 5);
  EXPECT_EQ(vouching.oldest(), at(5));
}

TEST_F(VouchingTest, ARemovedServerIsNotWaitedFor) {
  follow({{"b", 2}, {"c", 3}}, 1);
  answered("b", 5);
  answered("c", 2, {need(9, 1)});
  follow({{"b", 2}}, 6);
  EXPECT_EQ(vouching.oldest(), at(5));
  hold(9, 1);
  answered("c", 7);
  EXPECT_EQ(vouching.oldest(), at(5));
}

TEST_F(VouchingTest, OneMayVouchForAnother) {
  follow({{"b", 2}, {"c", 3}}, 1);
  answered("b", 9);
  passed_on({"b", "c"}, 6, {need(3, 4)});
  EXPECT_EQ(vouching.oldest(), Vouching::kNever) << "its marks are not reached";
  hold(3, 4);
  EXPECT_EQ(vouching.oldest(), at(6));
}

TEST_F(VouchingTest, WhoeverDoesNotKnowAllVouchesForNobody) {
  follow({{"b", 2}, {"c", 3}, {"d", 4}}, 1);
  for (const char* id : {"b", "d"}) answered(id, 9);
  passed_on({"b", "c"}, 6);
  EXPECT_EQ(vouching.oldest(), Vouching::kNever) << "d's last words may be with c";
  passed_on({"b", "c", "d", "e"}, 6);
  EXPECT_EQ(vouching.oldest(), at(6));
}

// ---- nonces

class EchoesTest : public testing::Test {
 protected:
  std::uint64_t echo(std::uint64_t sealed) { return echoes.echo(run(2), Sequence{sealed}); }
  Echoes echoes;
};

TEST_F(EchoesTest, ANonceIsGivenBackOnceASealBegunAfterItHasEnded) {
  EXPECT_EQ(echo(5), 0U);
  echoes.arrived(run(2), 100, Sequence{5});
  EXPECT_EQ(echo(5), 0U);
  EXPECT_EQ(echo(6), 100U);
  EXPECT_EQ(echoes.echo(run(3), Sequence{6}), 0U) << "somebody else's";
}

TEST_F(EchoesTest, ANewerNonceDoesNotTakeTheAnswerFromTheOneBefore) {
  echoes.arrived(run(2), 100, Sequence{5});
  echoes.arrived(run(2), 200, Sequence{6});
  EXPECT_EQ(echo(6), 100U);
  EXPECT_EQ(echo(7), 200U);
}

TEST_F(EchoesTest, OneThatComesTwiceOrLateHasArrivedWhenItFirstDid) {
  echoes.arrived(run(2), 200, Sequence{5});
  echoes.arrived(run(2), 200, Sequence{6});
  echoes.arrived(run(2), 100, Sequence{6});
  echoes.arrived(run(2), 0, Sequence{6});
  EXPECT_EQ(echo(6), 200U);
}

TEST_F(EchoesTest, RunsThatEndedAreForgotten) {
  echoes.arrived(run(2), 100, Sequence{5});
  echoes.sweep(std::set<StreamId>{run(3)});
  EXPECT_EQ(echo(6), 0U);
}

}  // namespace
}  // namespace tally
