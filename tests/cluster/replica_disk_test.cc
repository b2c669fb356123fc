// The disk is one more holder: what a replica asks of it, and claims of it.
#include "tests/cluster/town.h"

namespace tally {
namespace {

class WithDisk : public ReplicaTest {
 protected:
  static ReplicaOptions options() {
    ReplicaOptions with_disk;
    with_disk.has_disk = true;
    return with_disk;
  }
  static Mark mark(std::uint64_t stream, const char* id, std::uint64_t received, std::uint64_t durable) {
    return {run(stream), server(id), Sequence{received}, Sequence{durable}};
  }

  Town::Server& a = town.start(member("a", 1), {}, options());
};

TEST_F(WithDisk, WhatIsWrittenIsClaimedOnlyOnceItIsDurable) {
  const auto first = push(a, member("b", 2), header(run(2), "b", 0, 4), {{"x", 5, Sequence{4}}});
  ASSERT_EQ(first.output.writes.size(), 1U);
  EXPECT_EQ(first.output.writes[0].header, header(run(2), "b", 0, 4));
  EXPECT_EQ(a.replica.marks().marks.at(0), mark(2, "b", 4, 0));
  a.replica.written(town.now());
  EXPECT_EQ(a.replica.marks().marks.at(0), mark(2, "b", 4, 4));
}

TEST_F(WithDisk, OneCommitIsUnderWayAndTheNextTakesAllThatCameMeanwhile) {
  push(a, member("b", 2), header(run(2), "b", 0, 4), {{"x", 5, Sequence{4}}});
  const auto second = push(a, member("b", 2), header(run(2), "b", 4, 6), {{"x", 7, Sequence{6}}});
  EXPECT_TRUE(second.output.writes.empty());
  push(a, member("b", 2), header(run(2), "b", 6, 9), {{"y", 1, Sequence{9}}});
  const Output next = a.replica.written(town.now());
  ASSERT_EQ(next.writes.size(), 1U);
  EXPECT_EQ(next.writes[0].header, header(run(2), "b", 4, 9));
  EXPECT_EQ(next.writes[0].entries.size(), 2U);
}

TEST_F(WithDisk, AnAddThatSomebodyWaitsForIsCommittedAtOnce) {
  a.add("x", 5);
  const Output out = a.replica.confirm(town.now(), true, false);
  ASSERT_EQ(out.writes.size(), 1U);
  EXPECT_EQ(a.replica.held().disk, Sequence{0});
  a.add("x", 1);
  EXPECT_TRUE(a.replica.confirm(town.now(), true, false).writes.empty()) << "a commit is under way";
  const Output next = a.replica.written(town.now());
  EXPECT_EQ(a.replica.held().disk, out.writes[0].header.through);
  ASSERT_EQ(next.writes.size(), 1U) << "and the next one begins where it ended";
  EXPECT_EQ(next.writes[0].header.after, out.writes[0].header.through);
  EXPECT_EQ(next.writes[0].entries.at(0).total, 6);
  EXPECT_TRUE(a.replica.written(town.now()).writes.empty()) << "nobody waits for more";
}

TEST_F(WithDisk, WhatFoundNoRoomComesAgainWithTheNextRound) {
  a.add("x", 5);
  ASSERT_EQ(a.replica.confirm(town.now(), true, false).writes.size(), 1U);
  EXPECT_TRUE(a.replica.not_written(town.now()).writes.empty()) << "at once it would find none again";
  EXPECT_EQ(a.replica.held().disk, Sequence{0});
  a.add("y", 1);
  a.writes.clear();
  town.pass(seconds(1));
  ASSERT_EQ(a.writes.size(), 1U);
  EXPECT_EQ(a.writes[0].header.after, Sequence{0});
  EXPECT_EQ(a.writes[0].entries.size(), 2U);
}

TEST_F(WithDisk, ASenderThatWaitsIsAnsweredOnceTheDiskHasItsShare) {
  Part part{member("b", 2), 1, 0, 1, 0, header(run(2), "b", 0, 4), {{"x", 5, Sequence{4}}}, true};
  const auto asked = a.replica.receive_share(town.now(), names.encode(part));
  ASSERT_NE(asked.later, 0U);
  const Output out = a.replica.written(town.now());
  ASSERT_EQ(out.answers.size(), 1U);
  EXPECT_EQ(out.answers[0].share, asked.later);
  EXPECT_EQ(decode_marks(out.answers[0].body).value().marks.at(0), mark(2, "b", 4, 4));
  EXPECT_EQ(a.replica.receive_share(town.now(), names.encode(part)).later, 0U) << "the disk has it already";
}

TEST_F(WithDisk, ASenderThatWaitsForAFullDiskIsToldWhatItsShareHasGot) {
  Part part{member("b", 2), 1, 0, 1, 0, header(run(2), "b", 0, 4), {{"x", 5, Sequence{4}}}, true};
  ASSERT_NE(a.replica.receive_share(town.now(), names.encode(part)).later, 0U);
  const Output out = a.replica.not_written(town.now());
  ASSERT_EQ(out.answers.size(), 1U);
  EXPECT_EQ(decode_marks(out.answers[0].body).value().marks.at(0), mark(2, "b", 4, 0));
}

TEST_F(ReplicaTest, AnAddThatWaitsForPeersIsPushedAtOnceAndConfirmedByTheirMarks) {
  Town::Server& a = town.start("a", 1);
  town.start("b", 2, {member("a", 1)});
  town.start("c", 3, {member("a", 1)});
  town.pass(seconds(3));
  a.add("x", 5);
  town.act(url_of("a"), a.replica.confirm(town.now(), false, true));
  town.deliver();
  const Sequence mark = a.replica.holdings().own_mark();
  EXPECT_EQ(a.replica.held().peers, (std::vector<Sequence>{mark, mark}));
  town.silence("c");
  a.add("x", 1);
  town.act(url_of("a"), a.replica.confirm(town.now(), false, true));
  town.deliver();
  EXPECT_EQ(a.replica.held().peers, (std::vector<Sequence>{a.replica.holdings().own_mark(), mark}));
}

}  // namespace
}  // namespace tally
