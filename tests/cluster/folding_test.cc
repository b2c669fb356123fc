// Folding: ended streams leave memory where a disk has them, and nobody can tell.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "cluster/recovery.h"
#include "tests/cluster/town.h"

namespace tally {
namespace {

using Entries = std::vector<NamedEntry>;

Entries named(const std::vector<Entry>& entries) {
  Entries named;
  for (const Entry& entry : entries) {
    named.push_back({std::string(entry.counter->name()), entry.total, entry.sequence});
  }
  return named;
}

TEST(HasEnded, WhatMembersNameAnotherRunInsteadOf) {
  Members members(member("a", 1));
  EXPECT_TRUE(members.has_ended(server("a"), run(7))) << "an earlier run of ours";
  EXPECT_FALSE(members.has_ended(server("a"), run(1)));
  EXPECT_FALSE(members.has_ended(server("b"), run(2))) << "nobody is named";
  members.hear(member("b", 3));
  EXPECT_TRUE(members.has_ended(server("b"), run(2)));
  EXPECT_FALSE(members.has_ended(server("b"), run(3)));
  members.hear({server("b"), run(2), "http://clone"});
  EXPECT_FALSE(members.has_ended(server("b"), run(2))) << "one of two clones";
  EXPECT_FALSE(members.has_ended(server("b"), run(3)));
  members.remove(server("b"));
  EXPECT_TRUE(members.has_ended(server("b"), run(3)));
}

// Two that take the same shares: one folds whatever it may as soon as it may, the other never does.
class Twins : public testing::Test {
 protected:
  struct Twin {
    Names names;
    Holdings holdings{names.counting, server("a"), run(1)};
  };

  // What the disk of the twin that folds would show: all that the other one knows.
  void unfold(StreamId stream) {
    const Holdings::Held& held = *plain.holdings.find(stream);
    const KeptStream rows =
        kept({stream, plain.holdings.server_of(held), Sequence{0}, folding.holdings.find(stream)->on_disk},
             named(held.stream.since(Sequence{0})));
    const auto checked = folding.holdings.check_kept(rows);
    ASSERT_TRUE(checked) << checked.error().detail;
    folding.holdings.unfold(rows);
  }

  static std::string verdict_of(const Result<Holdings::Verdict>& taken) {
    return taken ? std::to_string(static_cast<int>(*taken)) : std::string(to_string(taken.error().code));
  }

  void expect_equal() {
    for (const auto& [stream, held] : plain.holdings.all()) {
      EXPECT_EQ(folding.holdings.mark(stream), held.stream.mark());
      EXPECT_EQ(folding.holdings.find(stream)->stream.changed(), held.stream.changed());
    }
    for (const char* counter : {"x", "y", "z"}) {
      EXPECT_EQ(folding.names.thread.value(counter), plain.names.thread.value(counter));
      for (const char* id : {"a", "b", "c"}) {
        const auto value = [&](Twin& twin) {
          return twin.names.counting.value_of(*twin.names(counter),
                                              twin.names.counting.servers().index(server(id)));
        };
        EXPECT_EQ(value(folding), value(plain)) << counter << " of " << id;
      }
    }
  }

  Twin plain;
  Twin folding;
};

TEST_F(Twins, AreEqualInValuesMarksAndAnswers) {
  Members members(member("a", 1));
  for (const char* id : {"b", "c"}) members.hear(member(id, 9));
  int folded = 0;
  int unfolded = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    std::map<StreamId, std::map<std::uint64_t, NamedEntry>> written;  // by sequence
    for (int step = 0; step < 100; ++step) {
      const StreamId stream{100 * seed + random.below(4), 5};
      const char* whose = stream.high % 2 == 0 ? "b" : "c";
      // The stream is written a little further, and some of it is pushed: new, old, or after a gap.
      auto& changes = written[stream];
      const std::uint64_t last = changes.size() + 1 + random.below(3);
      for (std::uint64_t next = changes.size() + 1; next <= last; ++next) {
        const std::string name(1, static_cast<char>('x' + random.below(3)));
        changes.emplace(
            next, NamedEntry{name, static_cast<std::int64_t>(random.below(2000)) - 1000, Sequence{next}});
      }
      const std::uint64_t through = 1 + random.below(last);
      const std::uint64_t after = random.below(through);
      std::map<std::string, NamedEntry> newest;
      for (std::uint64_t at = after + 1; at <= through; ++at) newest[changes.at(at).name] = changes.at(at);
      Entries entries;
      for (const auto& [name, entry] : newest) entries.push_back(entry);
      std::sort(entries.begin(), entries.end(),
                [](const auto& one, const auto& other) { return one.sequence < other.sequence; });
      const ShareHeader about = header(stream, whose, after, through);

      auto taken = folding.holdings.take(about, entries);
      if (!taken && taken.error().code == Errc::unavailable) {
        ++unfolded;
        unfold(stream);
        taken = folding.holdings.take(about, entries);
      }
      EXPECT_EQ(verdict_of(taken), verdict_of(plain.holdings.take(about, entries)));
      if (folding.holdings.mark(stream) == Sequence{0}) continue;
      if (random.chance(60)) folding.holdings.durable_through(stream, folding.holdings.mark(stream));
      folding.holdings.fold_if_ended(stream, members);
      folded += folding.holdings.is_folded(stream) ? 1 : 0;
      if (random.chance(30) && folding.holdings.is_folded(stream)) {
        unfold(stream);  // somebody asks
        const Sequence from{random.below(through + 1)};
        EXPECT_EQ(named(folding.holdings.find(stream)->stream.since(from)),
                  named(plain.holdings.find(stream)->stream.since(from)));
        folding.holdings.fold_if_ended(stream, members);
      }
    }
    expect_equal();
  }
  EXPECT_GT(folded, 1000);
  EXPECT_GT(unfolded, 100);
}

class Folding : public ReplicaTest {
 protected:
  static ReplicaOptions options() {
    ReplicaOptions with_disk;
    with_disk.has_disk = true;
    with_disk.ask_balancers = true;  // so that nothing happens before the disk was read
    return with_disk;
  }

  // A server whose disk kept two counters of its run before, b's run before, and b's present one.
  Folding() {
    Roster kept;
    kept.hear(member("b", 20));
    a.replica.restore(kept);
    Town::restore(a, header(run(1), "a", 0, 4), {{"x", 5, Sequence{2}}, {"y", 1, Sequence{4}}});
    Town::restore(a, header(run(10), "b", 0, 3), {{"x", 7, Sequence{3}}});
    Town::restore(a, header(run(20), "b", 0, 6), {{"x", 100, Sequence{6}}});
  }

  Holdings::Census census() const { return a.replica.holdings().census(a.replica.members()); }

  // Ends the wait for the disk's rows, as they are.
  Output read_back(StreamId stream) {
    const auto& [about, entries] = a.rows.at(stream);
    return a.replica.read_back(town.now(), kept(about, entries)).value();
  }

  Town::Server& a = town.start(member("a", 2), {}, options());
};

TEST_F(Folding, WhatHasEndedIsFoldedWhileItIsRestored) {
  EXPECT_EQ(census().folded, 2U);
  EXPECT_EQ(census().open, 1U) << "b's present run";
  EXPECT_EQ(census().ended, 0U);
  EXPECT_EQ(a.value("x"), 112);
  EXPECT_EQ(a.value("y"), 1);
  EXPECT_EQ(a.replica.holdings().mark(run(1)), Sequence{4});
}

TEST_F(Folding, AStreamThatEndsIsFoldedOnceItIsQuiet) {
  push(a, member("b", 30), header(run(30), "b", 0, 1), {{"x", 1, Sequence{1}}});
  a.replica.written(town.now());
  EXPECT_FALSE(a.replica.holdings().is_folded(run(20)));
  town.pass(seconds(20));
  EXPECT_TRUE(a.replica.holdings().is_folded(run(20)));
  EXPECT_FALSE(a.replica.holdings().is_folded(run(30)));
  EXPECT_EQ(a.value("x"), 113);
}

TEST_F(ReplicaTest, WithoutADiskWhatHasEndedStaysInMemoryAndIsCounted) {
  Town::Server& c = town.start("c", 3, {member("b", 2)});
  push(c, member("b", 2), header(run(2), "b", 0, 2), {{"x", 1, Sequence{1}}, {"y", 1, Sequence{2}}});
  push(c, member("b", 4), header(run(4), "b", 0, 1), {{"x", 1, Sequence{1}}});
  town.pass(seconds(30));
  const auto census = c.replica.holdings().census(c.replica.members());
  EXPECT_EQ(census.folded, 0U);
  EXPECT_EQ(census.ended, 1U);
  EXPECT_EQ(census.ended_entries, 2U);
  EXPECT_EQ(census.open, 1U);
}

TEST_F(Folding, ALateShareIsTakenWhenItComesAgain) {
  const auto late = [&] {
    return push(a, member("c", 3), header(run(10), "b", 3, 5), {{"x", 9, Sequence{5}}});
  };
  const auto first = late();
  ASSERT_FALSE(first.body);
  EXPECT_EQ(first.body.error().code, Errc::unavailable);
  EXPECT_TRUE(first.output.alarms.empty()) << "nothing is wrong";
  EXPECT_EQ(first.output.read, run(10));
  EXPECT_FALSE(late().output.read) << "it is being read";
  EXPECT_EQ(a.value("x"), 112);
  read_back(run(10));
  EXPECT_TRUE(late().body);
  EXPECT_EQ(a.value("x"), 114) << "9 instead of 7";
}

TEST_F(Folding, AShareThatIsKnownNeedsNoDisk) {
  const auto again = push(a, member("c", 3), header(run(10), "b", 0, 3), {{"x", 7, Sequence{3}}});
  EXPECT_TRUE(again.body);
  EXPECT_FALSE(again.output.read);
  EXPECT_EQ(a.value("x"), 112);
}

TEST_F(Folding, AQuestionIsAnsweredFromTheDiskAndLeavesNothingInMemory) {
  const auto asked = a.replica.stream_answer(town.now(), run(1), Sequence{2});
  ASSERT_NE(asked.later, 0U);
  ASSERT_EQ(asked.output.read, run(1));
  const auto other = a.replica.stream_answer(town.now(), run(1), Sequence{0});
  const Output out = read_back(run(1));
  ASSERT_EQ(out.answers.size(), 2U);
  EXPECT_EQ(out.answers[0].number, asked.later);
  const Part part = decode_part(out.answers[0].body).value();
  EXPECT_EQ(part.header, header(run(1), "a", 2, 4));
  EXPECT_EQ(part.entries, (Entries{{"y", 1, Sequence{4}}}));
  EXPECT_EQ(out.answers[1].number, other.later);
  EXPECT_EQ(decode_part(out.answers[1].body).value().entries.size(), 2U);
  EXPECT_TRUE(a.replica.holdings().is_folded(run(1)));
  EXPECT_EQ(a.replica.stream_answer(town.now(), run(1), Sequence{4}).later, 0U) << "nothing to tell";
}

TEST_F(Folding, OneStreamIsReadAtATime) {
  EXPECT_EQ(a.replica.stream_answer(town.now(), run(10), Sequence{0}).output.read, run(10));
  EXPECT_FALSE(a.replica.stream_answer(town.now(), run(1), Sequence{0}).output.read);
  EXPECT_EQ(read_back(run(10)).read, run(1));
}

TEST(ReadBacks, FirstComeFirstServed) {
  ReadBacks read_backs;
  for (const std::uint64_t stream : {9, 1, 5}) read_backs.want(run(stream));
  read_backs.ask(run(9), {7, Sequence{0}});
  for (const std::uint64_t stream : {9, 1, 5}) {
    EXPECT_EQ(read_backs.next(), run(stream));
    EXPECT_EQ(read_backs.next(), std::nullopt) << "one at a time";
    EXPECT_EQ(read_backs.done(run(stream)).questions.size(), stream == 9 ? 1U : 0U);
  }
  EXPECT_EQ(read_backs.next(), std::nullopt);
}

TEST_F(Folding, AMarkThatMovesWithoutEntriesNeedsNoDisk) {
  town.act(url_of("a"), a.replica.tick(town.now()));
  a.replica.written(town.now());  // what else there was
  const auto pushed = push(a, member("b", 20), header(run(1), "a", 4, 9), {});
  ASSERT_TRUE(pushed.body);
  EXPECT_TRUE(pushed.output.commit.empty());
  EXPECT_FALSE(pushed.output.read);
  EXPECT_TRUE(a.replica.holdings().is_folded(run(1)));
  EXPECT_EQ(a.replica.holdings().mark(run(1)), Sequence{9});
  EXPECT_EQ(a.replica.holdings().find(run(1))->durable, Sequence{9});
  // The disk shows it up to 4 only, and is believed.
  ASSERT_EQ(a.replica.stream_answer(town.now(), run(1), Sequence{0}).output.read, run(1));
  const Part part = decode_part(read_back(run(1)).answers.at(0).body).value();
  EXPECT_EQ(part.header.through, Sequence{9});
  EXPECT_EQ(part.entries.size(), 2U);
}

TEST_F(Folding, WhatPeersKnowFurtherIsReadBackAndAskedFor) {
  Town::Server& b = town.start("b", 20);
  push(b, member("c", 3), header(run(10), "b", 0, 8), {{"x", 70, Sequence{8}}});
  town.crash("c");
  town.act(url_of("a"), a.replica.balancers_asked(town.now()));
  town.act(url_of("a"), a.replica.tick(town.now()));
  town.deliver();
  EXPECT_TRUE(a.replica.ready());
  EXPECT_EQ(a.replica.holdings().mark(run(10)), Sequence{8});
  EXPECT_EQ(a.value("x"), 175);
}

TEST_F(Twins, WhatWasFoldedAgainBeforeTheAnswerCameIsAskedAgain) {
  Members members(member("a", 1));
  members.hear(member("b", 9));
  Holdings& holdings = folding.holdings;
  for (Twin* twin : {&plain, &folding}) {
    ASSERT_TRUE(twin->holdings.take(header(run(2), "b", 0, 3), {{"x", 7, Sequence{3}}}));
  }
  const auto fold = [&] {
    holdings.durable_through(run(2), Sequence{3});
    holdings.fold_if_ended(run(2), members);
  };
  fold();
  Recovery recovery(holdings);
  recovery.meet(place_of("c"), run(5));
  ASSERT_EQ(recovery.next().size(), 1U);
  recovery.told_marks(place_of("c"), run(5), {{run(2), server("b"), Sequence{8}, Sequence{8}}});
  for (int times = 0; times < 2; ++times) {
    EXPECT_TRUE(recovery.next().empty());
    EXPECT_EQ(recovery.wanted_back(), (std::set<StreamId>{run(2)}));
    unfold(run(2));
    EXPECT_TRUE(recovery.wanted_back().empty());
    const auto questions = recovery.next();
    ASSERT_EQ(questions.size(), 1U);
    EXPECT_EQ(questions[0].after, Sequence{3});
    fold();
    recovery.put_off(place_of("c"));
    EXPECT_FALSE(recovery.settled());
  }
}

TEST_F(Folding, AJoiningServerGetsWhatIsFolded) {
  Town::Server& b = town.start("b", 20);
  town.act(url_of("a"), a.replica.balancers_asked(town.now()));
  town.pass(seconds(3));
  EXPECT_EQ(b.value("y"), 1);
  EXPECT_EQ(b.replica.holdings().mark(run(1)), Sequence{4});
}

TEST_F(Folding, WhoLagsBehindWithAFoldedStreamIsPushedItAllTheSame) {
  Town::Server& b = town.start("b", 20);
  a.disk_takes_no_time = true;
  town.act(url_of("a"), a.replica.balancers_asked(town.now()));
  town.pass(seconds(12));
  EXPECT_EQ(b.replica.holdings().mark(run(10)), Sequence{3});
  town.cut("a", "b");
  for (int times = 0; times < 2; ++times) {  // it has to come again
    const auto late = push(a, member("c", 3), header(run(10), "b", 3, 5), {{"x", 9, Sequence{5}}});
    town.act(url_of("a"), late.output);
  }
  EXPECT_FALSE(a.replica.holdings().is_folded(run(10)));
  town.pass(seconds(12));
  EXPECT_TRUE(a.replica.holdings().is_folded(run(10)));
  town.heal();
  town.pass(seconds(30));
  EXPECT_EQ(b.replica.holdings().mark(run(10)), Sequence{5});
  EXPECT_EQ(b.value("x"), 5 + 9);
  EXPECT_TRUE(a.replica.holdings().is_folded(run(10)));
}

TEST(RestoredStream, GoesOnAsItWasThoughItsEntriesComeInNoOrder) {
  Names names;
  Holdings holdings(names.counting, server("a"), run(1));
  Members members(member("a", 1));
  ASSERT_TRUE(members.hear(member("b", 2)));
  const std::vector<KeptEntry> entries{{"x", 5, Sequence{4}}, {"y", 1, Sequence{2}}, {"z", 7, Sequence{3}}};
  const ShareHeader kept = header(run(2), "b", 0, 6);
  holdings.restore({kept, std::span(entries).first(1), false}, members);
  EXPECT_EQ(holdings.find(run(2)), nullptr) << "a part is not a stream";
  holdings.restore({kept, std::span(entries).subspan(1), true}, members);
  const Holdings::Held& held = *holdings.find(run(2));
  EXPECT_EQ(held.durable, Sequence{6});
  EXPECT_EQ(named(held.stream.since(Sequence{2})), (Entries{{"z", 7, Sequence{3}}, {"x", 5, Sequence{4}}}));
  ASSERT_TRUE(holdings.take(header(run(2), "b", 6, 7), {{"y", 9, Sequence{7}}}));
  EXPECT_EQ(names.thread.value("y"), 9);
}

TEST(FoldedStream, RowsThatAreNotWhatTheDiskConfirmedAreAnErrorAndNoCrash) {
  Names names;
  Holdings holdings(names.counting, server("a"), run(1));
  Members members(member("a", 1));
  ASSERT_TRUE(members.hear(member("b", 22)));
  const std::vector<NamedEntry> entries{{"x", 5, Sequence{2}}, {"y", 1, Sequence{3}}};
  ASSERT_TRUE(holdings.take(header(run(2), "b", 0, 3), entries));
  holdings.durable_through(run(2), Sequence{3});
  holdings.fold_if_ended(run(2), members);
  ASSERT_TRUE(holdings.is_folded(run(2)));
  EXPECT_EQ(holdings.check_kept(kept(header(run(2), "b", 0, 2), {entries[0]})).error().code, Errc::internal);
  EXPECT_EQ(holdings.check_kept(kept(header(run(2), "b", 0, 3), {entries[0]})).error().code, Errc::internal);
  EXPECT_TRUE(holdings.check_kept(kept(header(run(2), "b", 0, 3), entries)));
}

}  // namespace
}  // namespace tally
