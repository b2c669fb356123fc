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
  ASSERT_EQ(first.output.commit.writes.size(), 1U);
  EXPECT_EQ(first.output.commit.writes[0].header, header(run(2), "b", 0, 4));
  EXPECT_EQ(a.replica.marks().marks.at(0), mark(2, "b", 4, 0));
  a.replica.written(town.now());
  EXPECT_EQ(a.replica.marks().marks.at(0), mark(2, "b", 4, 4));
}

TEST_F(WithDisk, OneCommitIsUnderWayAndTheNextTakesAllThatCameMeanwhile) {
  push(a, member("b", 2), header(run(2), "b", 0, 4), {{"x", 5, Sequence{4}}});
  const auto second = push(a, member("b", 2), header(run(2), "b", 4, 6), {{"x", 7, Sequence{6}}});
  EXPECT_TRUE(second.output.commit.writes.empty());
  push(a, member("b", 2), header(run(2), "b", 6, 9), {{"y", 1, Sequence{9}}});
  const Output next = a.replica.written(town.now());
  ASSERT_EQ(next.commit.writes.size(), 1U);
  EXPECT_EQ(next.commit.writes[0].header, header(run(2), "b", 4, 9));
  EXPECT_EQ(next.commit.writes[0].entries.size(), 2U);
}

TEST_F(WithDisk, AnAddThatSomebodyWaitsForIsCommittedAtOnce) {
  a.add("x", 5);
  const Output out = a.replica.confirm(town.now(), true, false);
  ASSERT_EQ(out.commit.writes.size(), 1U);
  EXPECT_EQ(a.replica.held().disk, Sequence{0});
  a.add("x", 1);
  EXPECT_TRUE(a.replica.confirm(town.now(), true, false).commit.writes.empty()) << "a commit is under way";
  const Output next = a.replica.written(town.now());
  EXPECT_EQ(a.replica.held().disk, out.commit.writes[0].header.through);
  ASSERT_EQ(next.commit.writes.size(), 1U) << "and the next one begins where it ended";
  EXPECT_EQ(next.commit.writes[0].header.after, out.commit.writes[0].header.through);
  EXPECT_EQ(next.commit.writes[0].entries.at(0).total, 6);
  EXPECT_TRUE(a.replica.written(town.now()).commit.writes.empty()) << "nobody waits for more";
}

TEST_F(WithDisk, WhatFoundNoRoomComesAgainWithTheNextRound) {
  a.add("x", 5);
  ASSERT_EQ(a.replica.confirm(town.now(), true, false).commit.writes.size(), 1U);
  EXPECT_TRUE(a.replica.not_written(town.now()).commit.writes.empty()) << "at once it would find none again";
  EXPECT_EQ(a.replica.held().disk, Sequence{0});
  a.add("y", 1);
  a.commit = {};
  town.pass(seconds(1));
  ASSERT_EQ(a.commit.writes.size(), 1U);
  EXPECT_EQ(a.commit.writes[0].header.after, Sequence{0});
  EXPECT_EQ(a.commit.writes[0].entries.size(), 2U);
}

TEST_F(WithDisk, ASenderThatWaitsIsAnsweredOnceTheDiskHasItsShare) {
  Part part{member("b", 2), 1, 0, 1, 0, header(run(2), "b", 0, 4), {{"x", 5, Sequence{4}}}, true};
  const auto asked = a.replica.receive_share(town.now(), names.encode(part));
  ASSERT_NE(asked.later, 0U);
  const Output out = a.replica.written(town.now());
  ASSERT_EQ(out.answers.size(), 1U);
  EXPECT_EQ(out.answers[0].number, asked.later);
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

TEST_F(WithDisk, WhatIsSealedWhileItsEntriesAreWrittenIsDurableWithThem) {
  a.add("x", 5);
  town.act(url_of("a"), a.replica.confirm(town.now(), true, false));
  ASSERT_EQ(a.commits, 1);
  town.pass(seconds(5));
  EXPECT_TRUE(a.replica.written(town.now()).commit.empty()) << "it lacks nothing";
  EXPECT_EQ(a.replica.held().disk, a.replica.holdings().own_mark());
  EXPECT_TRUE(a.replica.durable());
}

TEST_F(WithDisk, MarksThatMovedGoAlongWithTheNextCommit) {
  push(a, member("b", 2), header(run(2), "b", 0, 4), {{"x", 5, Sequence{4}}});
  a.replica.written(town.now());
  EXPECT_TRUE(push(a, member("b", 2), header(run(2), "b", 4, 9), {}).output.commit.empty());
  a.add("y", 1);
  const Commit commit = a.replica.confirm(town.now(), true, false).commit;
  ASSERT_EQ(commit.writes.size(), 2U);
  EXPECT_EQ(commit.writes[1].header, header(run(2), "b", 4, 9));
  EXPECT_TRUE(commit.writes[1].entries.empty());
}

class IdleTown : public WithDisk {
 protected:
  IdleTown() {
    for (const char* id : {"b", "c"}) {
      servers.push_back(&town.start(member(id, id[0] == 'b' ? 2 : 3), {member("a", 1)}, options()));
    }
    for (Town::Server* one : servers) one->disk_takes_no_time = true;
    for (Town::Server* one : servers) one->add("x", 5);
    town.pass(seconds(10));
  }
  int commits() const {
    int commits = 0;
    for (const Town::Server* one : servers) commits += one->commits;
    return commits;
  }

  std::vector<Town::Server*> servers{&a};
};

TEST_F(IdleTown, WritesNothing) {
  const int before = commits();
  const Sequence mark = a.replica.holdings().own_mark();
  town.pass(seconds(60));
  EXPECT_EQ(commits(), before);
  const Sequence now = a.replica.holdings().own_mark();
  EXPECT_GE(number(now), number(mark) + 59);
  EXPECT_EQ(a.replica.held().disk, now);
  EXPECT_EQ(a.replica.held().peers, (std::vector<Sequence>{now, now}));
  EXPECT_EQ(a.replica.unsynced_adds(), 0U);
}

TEST_F(IdleTown, CommitsAtOnceWhatSomebodyWaitsFor) {
  town.pass(seconds(20));
  const int before = commits();
  a.add("x", 1);
  town.act(url_of("a"), a.replica.confirm(town.now(), true, false));
  EXPECT_EQ(commits(), before + 1);
  EXPECT_EQ(a.replica.held().disk, a.replica.holdings().own_mark());
  a.add("x", 1);
  town.act(url_of("a"), a.replica.confirm(town.now(), false, true));
  town.deliver();
  const Sequence mark = a.replica.holdings().own_mark();
  EXPECT_EQ(a.replica.held().peers, (std::vector<Sequence>{mark, mark})) << "their disks have it";
}

TEST_F(IdleTown, WaitsForNoDiskWhereThereIsNothingToWrite) {
  const int before = commits();
  town.act(url_of("a"), a.replica.confirm(town.now(), false, true));
  town.deliver();
  const Sequence mark = a.replica.holdings().own_mark();
  EXPECT_EQ(a.replica.held().peers, (std::vector<Sequence>{mark, mark}));
  town.act(url_of("a"), a.replica.confirm(town.now(), true, false));
  EXPECT_GT(a.replica.held().disk, mark);
  EXPECT_EQ(commits(), before);
}

TEST_F(WithDisk, WhoTakesPartIsWritten) {
  const Output met = a.replica.learn(town.now(), {member("b", 2)}, {server("c")});
  EXPECT_EQ(met.commit.roster.members(), (std::vector<Member>{member("b", 2)}));
  EXPECT_EQ(met.commit.roster.removed(), (std::set<ServerId>{server("c")}));
  EXPECT_TRUE(a.replica.learn(town.now(), {}, {server("b")}).commit.empty()) << "a commit is under way";
  const Output next = a.replica.written(town.now());
  EXPECT_TRUE(next.commit.roster.is_removed(server("b")));
  EXPECT_TRUE(next.commit.writes.empty());
  EXPECT_TRUE(a.replica.written(town.now()).commit.empty()) << "nothing is new";
  EXPECT_TRUE(a.replica.learn(town.now(), {}, {server("b")}).commit.empty());
}

TEST_F(WithDisk, ANewRunOfAMemberIsWritten) {
  a.replica.learn(town.now(), {member("b", 2)}, {});
  a.replica.written(town.now());
  const auto heard = push(a, member("b", 3), header(run(3), "b", 0, 4), {{"x", 5, Sequence{4}}});
  EXPECT_EQ(heard.output.commit.roster.members(), (std::vector<Member>{member("b", 3)}));
  EXPECT_EQ(heard.output.commit.writes.size(), 1U) << "with what it counted";
}

TEST_F(WithDisk, MembersThatFoundNoRoomComeAgainWithTheNewest) {
  a.replica.learn(town.now(), {member("b", 2), member("c", 3)}, {});
  a.replica.learn(town.now(), {member("d", 4)}, {server("c")});
  a.replica.not_written(town.now());
  a.commit = {};
  town.pass(seconds(1));
  EXPECT_EQ(a.commit.roster.members(), (std::vector<Member>{member("b", 2), member("d", 4)}));
  EXPECT_TRUE(a.commit.roster.is_removed(server("c")));
}

TEST_F(WithDisk, WhoTookPartIsAskedWhateverElseIsKnown) {
  Roster kept;
  kept.hear(member("b", 2));
  kept.hear({server("c"), run(1), "http://elsewhere"});  // our run there: ourselves
  kept.hear({server("d"), run(4), url_of("e")});         // somebody lived where we do
  kept.remove(server("f"));
  ReplicaOptions alone = options();
  alone.ask_balancers = true;
  Counting counting{2, 1};
  Replica e({server("e"), run(1), url_of("e")}, alone, counting, town.now());
  e.restore(kept);
  const Output first = e.tick(town.now());
  ASSERT_EQ(first.requests.size(), 1U);
  EXPECT_EQ(first.requests[0].to, place_of("b"));
  EXPECT_TRUE(std::holds_alternative<PeerRequest::AskMarks>(first.requests[0].question));
  EXPECT_TRUE(first.commit.roster.members().empty()) << "the disk has it";
  EXPECT_FALSE(e.ready());
  EXPECT_TRUE(e.members().is_removed(server("f")));
  EXPECT_FALSE(e.removed());
}

TEST_F(WithDisk, WhoWasRemovedStartsAsSuch) {
  Roster kept;
  kept.remove(server("e"));
  Counting counting{2, 1};
  Replica e(member("e", 5), options(), counting, town.now());
  e.restore(kept);
  EXPECT_TRUE(e.removed());
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
