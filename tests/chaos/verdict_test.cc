// The judge of chaos runs: each violation is planted once.
#include "chaos/verdict.h"

#include <gtest/gtest.h>

namespace tally::chaos {
namespace {

using Told = Attempt::Told;

Instant at(int second) { return Instant() + std::chrono::seconds(second); }

constexpr Ack kMemory{};
constexpr Ack kDisk{.holder = Ack::Holder::disk};
constexpr Ack kPeer{.holder = Ack::Holder::peers, .peers = 1};

// At server a, asked at second 10 and answered at second 11.
Attempt acknowledged(Ack ack) {
  return {.server = "a", .asked = at(10), .answered = at(11), .told = Told::acknowledged, .ack = ack};
}
Attempt told(Told what) { return {.server = "a", .asked = at(10), .answered = at(11), .told = what}; }

Verdict verdict_on(const Attempts& attempts, Int128 value,
                   const History& history = History({"a", "b", "c"})) {
  Verdict verdict;
  judge("hits", attempts, value, history, verdict);
  return verdict;
}

TEST(Verdict, EveryAddCountedOnceIsNoViolation) {
  const Verdict verdict =
      verdict_on({acknowledged(kDisk), acknowledged(kMemory), acknowledged(kPeer)}, 1 + 4 + 16);
  EXPECT_EQ(verdict.acknowledged, 3U);
  EXPECT_EQ(verdict.violations(), 0U);
}

TEST(Verdict, AnUnknownAddMayCountOrNot) {
  const Attempts attempts{told(Told::unknown), acknowledged(kDisk)};
  EXPECT_EQ(verdict_on(attempts, 4).violations(), 0U);
  EXPECT_EQ(verdict_on(attempts, 5).violations(), 0U);
  EXPECT_EQ(verdict_on(attempts, 5).unknown_counted, 1U);
}

TEST(Verdict, AnAcknowledgedAddThatIsMissingIsLost) {
  const Verdict verdict = verdict_on({acknowledged(kMemory), acknowledged(kMemory)}, 1);
  EXPECT_EQ(verdict.lost, 1U);
  EXPECT_EQ(verdict.examples.at(0), "add 1 to hits at server a was acknowledged (memory), and is lost");
}

TEST(Verdict, WhatIsThereTwiceIsDoubledWhateverItsClientWasTold) {
  EXPECT_EQ(verdict_on({acknowledged(kDisk), told(Told::unknown)}, 2 + 4).doubled, 1U);
  EXPECT_EQ(verdict_on({acknowledged(kDisk), told(Told::unknown)}, 1 + 8).doubled, 1U);
  EXPECT_EQ(verdict_on({acknowledged(kDisk), acknowledged(kDisk)}, 3 + 12).doubled, 2U);
}

TEST(Verdict, ARefusedAddCountsZero) {
  EXPECT_EQ(verdict_on({told(Told::refused)}, 0).violations(), 0U);
  EXPECT_EQ(verdict_on({told(Told::refused)}, 1).refused_counted, 1U);
}

TEST(Verdict, WhatNobodyAddedIsInvented) {
  EXPECT_EQ(verdict_on({acknowledged(kDisk)}, 1 + 4).invented, 1U);
  EXPECT_EQ(verdict_on({told(Told::unknown)}, -1).invented, 1U);
}

// Of a counter whose one add was acknowledged at second 11.
Verdict verdict_on_read(Int128 value, int asked, Duration staleness,
                        const History& history = History({"a", "b", "c"})) {
  Verdict verdict;
  const Read read{
      .server = "b", .counter = "hits", .asked = at(asked), .value = value, .staleness = staleness};
  judge(read, {acknowledged(kDisk)}, history, verdict);
  return verdict;
}

TEST(Verdict, AReadHasAllThatIsOlderThanItsStaleness) {
  EXPECT_EQ(verdict_on_read(0, 14, std::chrono::seconds(2)).stale, 1U);
  EXPECT_EQ(verdict_on_read(1, 14, std::chrono::seconds(2)).stale, 0U);
  EXPECT_EQ(verdict_on_read(0, 14, std::chrono::seconds(4)).stale, 0U);
}

TEST(Verdict, AReadNeedNotHaveWhatWasLostWithAFault) {
  History history({"a", "b", "c"});
  history.lost_disk("a", at(12));
  EXPECT_EQ(verdict_on_read(0, 14, std::chrono::seconds(2), history).stale, 0U);
}

TEST(Verdict, AServerThatLostItsDiskIsBelievedOnceItKnowsTheOthers) {
  History history({"a", "b", "c"});
  history.lost_disk("b", at(13));
  EXPECT_EQ(verdict_on_read(0, 15, std::chrono::seconds(2), history).stale, 0U);
  history.spread(at(15), at(16));
  EXPECT_EQ(verdict_on_read(0, 15, std::chrono::seconds(2), history).stale, 0U);
  EXPECT_EQ(verdict_on_read(0, 17, std::chrono::seconds(2), history).stale, 1U);
}

TEST(History, AMemoryAcknowledgementDiesWithItsServerAlone) {
  History history({"a", "b", "c"});
  history.died("b", at(12));
  EXPECT_FALSE(history.may_be_lost(acknowledged(kMemory)));
  history.died("a", at(13));
  EXPECT_TRUE(history.may_be_lost(acknowledged(kMemory)));
}

TEST(History, WhatHappenedBeforeAnAddExcusesNothing) {
  History history({"a", "b", "c"});
  history.died("a", at(5));
  history.lost_disk("a", at(6));
  EXPECT_FALSE(history.may_be_lost(acknowledged(kMemory)));
  EXPECT_FALSE(history.may_be_lost(acknowledged(kDisk)));
}

TEST(History, ADiskAcknowledgementOutlivesItsServer) {
  History history({"a", "b", "c"});
  history.died("a", at(12));
  EXPECT_FALSE(history.may_be_lost(acknowledged(kDisk)));
  history.lost_disk("a", at(13));
  EXPECT_TRUE(history.may_be_lost(acknowledged(kDisk)));
}

TEST(History, ARolledBackDiskHasWhatItHadThen) {
  History before({"a", "b", "c"});
  before.died("a", at(19));
  before.lost_disk("a", at(20), at(10));
  EXPECT_TRUE(before.may_be_lost(acknowledged(kDisk)));
  History after({"a", "b", "c"});
  after.died("a", at(19));
  after.lost_disk("a", at(20), at(12));
  EXPECT_FALSE(after.may_be_lost(acknowledged(kDisk)));
}

TEST(History, APeersAcknowledgementNeedsTheServerAndThatManyDisksLost) {
  History history({"a", "b", "c"});
  history.died("a", at(12));
  history.lost_disk("a", at(12));
  EXPECT_FALSE(history.may_be_lost(acknowledged(kPeer)));
  history.died("b", at(13));
  EXPECT_FALSE(history.may_be_lost(acknowledged(kPeer)));
  history.lost_disk("b", at(13));
  EXPECT_TRUE(history.may_be_lost(acknowledged(kPeer)));
}

TEST(History, WhatWasFoundOnEveryDiskIsLostWithTheLastOfThem) {
  History history({"a", "b", "c"});
  history.spread(at(11), at(12));
  for (const char* server : {"a", "b"}) {
    history.died(server, at(13));
    history.lost_disk(server, at(13));
  }
  EXPECT_FALSE(history.may_be_lost(acknowledged(kMemory)));
  history.died("c", at(14));
  history.lost_disk("c", at(14));
  EXPECT_TRUE(history.may_be_lost(acknowledged(kMemory)));
}

TEST(History, SpreadingComesTooLateForWhatWasLost) {
  History history({"a", "b", "c"});
  history.died("a", at(12));
  history.spread(at(13), at(14));
  EXPECT_TRUE(history.may_be_lost(acknowledged(kMemory)));
}

TEST(History, SpreadingSaysNothingOfWhatWasAcknowledgedMeanwhile) {
  History history({"a", "b", "c"});
  history.spread(at(10), at(12));
  history.died("a", at(13));
  EXPECT_TRUE(history.may_be_lost(acknowledged(kMemory)));
}

}  // namespace
}  // namespace tally::chaos
