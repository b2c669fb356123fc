#include "cluster/holdings.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/cluster/support.h"

namespace tally {
namespace {

constexpr StreamId kOurs = run(1);
constexpr StreamId kTheirs = run(2);

class HoldingsTest : public testing::Test {
 protected:
  std::string take(const ShareHeader& about, const std::vector<NamedEntry>& entries) {
    const auto verdict = holdings.take(about, entries);
    if (!verdict) {
      EXPECT_EQ(verdict.error().code, Errc::forbidden);
      return "refused: " + verdict.error().detail;
    }
    return *verdict == Holdings::Verdict::taken   ? "taken"
           : *verdict == Holdings::Verdict::known ? "known"
                                                  : "gap";
  }

  void count(const std::string& name, std::int64_t delta) { ASSERT_TRUE(names.thread.add(name, delta)); }
  void seal() { holdings.extend(names.counting.seal()); }

  Int128 value(const std::string& name) { return names.thread.value(name); }
  Int128 value(const std::string& name, const std::string& whose) {
    return names.counting.value_of(*names(name), names.counting.servers().index(server(whose)));
  }

  // All that there is to know of what is held.
  std::string everything() {
    std::string all;
    for (const auto& [stream, held] : holdings.all()) {
      all += stream.text() + " of " + holdings.server_of(held).text() + " through " +
             std::to_string(number(held.stream.mark())) + ":";
      for (const Entry& entry : held.stream.since(Sequence{0})) {
        all += " " + std::string(entry.counter->name()) + "=" + std::to_string(entry.total) + "@" +
               std::to_string(number(entry.sequence));
      }
      all += "\n";
    }
    for (const char* name : {"x", "y"}) all += std::string(name) + "=" + to_decimal(value(name)) + "\n";
    return all;
  }

  // A share that is refused changes nothing, and says why.
  void expect_refused(const ShareHeader& about, const std::vector<NamedEntry>& entries,
                      const std::string& why) {
    const std::string before = everything();
    const std::string verdict = take(about, entries);
    EXPECT_EQ(verdict.rfind("refused", 0), 0U) << verdict;
    EXPECT_NE(verdict.find(why), std::string::npos) << verdict;
    EXPECT_NE(verdict.find(about.stream.text()), std::string::npos) << verdict;
    EXPECT_EQ(everything(), before);
  }

  Names names;
  Holdings holdings{names.counting, server("a"), kOurs};
};

TEST_F(HoldingsTest, AShareIsCountedWhenItIsTaken) {
  EXPECT_EQ(take(header(kTheirs, "b", 0, 3), {{"x", 5, Sequence{2}}, {"y", -1, Sequence{3}}}), "taken");
  EXPECT_EQ(holdings.mark(kTheirs), Sequence{3});
  EXPECT_EQ(value("x"), 5);
  EXPECT_EQ(value("y", "b"), -1);
  EXPECT_EQ(take(header(kTheirs, "b", 3, 4), {{"x", 8, Sequence{4}}}), "taken");
  EXPECT_EQ(value("x"), 8);
}

TEST_F(HoldingsTest, AShareThatComesTwiceOrLateChangesNothing) {
  const std::vector<NamedEntry> early{{"x", 5, Sequence{1}}};
  const std::vector<NamedEntry> late{{"x", 8, Sequence{2}}};
  take(header(kTheirs, "b", 0, 1), early);
  take(header(kTheirs, "b", 1, 2), late);
  const std::string before = everything();
  EXPECT_EQ(take(header(kTheirs, "b", 1, 2), late), "known");
  EXPECT_EQ(take(header(kTheirs, "b", 0, 1), early), "known");
  EXPECT_EQ(everything(), before);
}

TEST_F(HoldingsTest, OfAShareThatOverlapsTheNewPartIsTaken) {
  take(header(kTheirs, "b", 0, 2), {{"x", 5, Sequence{2}}});
  EXPECT_EQ(take(header(kTheirs, "b", 1, 3), {{"x", 5, Sequence{2}}, {"y", 1, Sequence{3}}}), "taken");
  EXPECT_EQ(value("x"), 5);
  EXPECT_EQ(value("y"), 1);
}

TEST_F(HoldingsTest, AGapIsNotTaken) {
  EXPECT_EQ(take(header(kTheirs, "b", 1, 2), {{"x", 5, Sequence{2}}}), "gap");
  EXPECT_TRUE(holdings.all().empty());
  EXPECT_EQ(value("x"), 0);
}

TEST_F(HoldingsTest, AnEmptyShareMovesAMark) {
  take(header(kTheirs, "b", 0, 1), {{"x", 5, Sequence{1}}});
  EXPECT_EQ(take(header(kTheirs, "b", 1, 9), {}), "taken");
  EXPECT_EQ(holdings.mark(kTheirs), Sequence{9});
}

TEST_F(HoldingsTest, AStreamInWhichNothingWasCountedIsNotHeld) {
  EXPECT_EQ(take(header(kTheirs, "b", 0, 0), {}), "known");
  expect_refused(header(kTheirs, "b", 0, 4), {}, "nothing was counted");
  seal();
  EXPECT_TRUE(holdings.all().empty());
  EXPECT_EQ(holdings.own_mark(), Sequence{0});
}

TEST_F(HoldingsTest, OurOwnStreamReachesToTheNewestSeal) {
  seal();
  count("x", 5);
  seal();
  EXPECT_EQ(holdings.own_mark(), Sequence{2});
  seal();
  EXPECT_EQ(holdings.own_mark(), Sequence{3});
  const Holdings::Held* own = holdings.find(kOurs);
  ASSERT_NE(own, nullptr);
  EXPECT_EQ(holdings.server_of(*own), server("a"));
  EXPECT_EQ(own->stream.since(Sequence{0}).at(0).total, 5);
  EXPECT_EQ(value("x"), 5) << "and is not counted again";
}

TEST_F(HoldingsTest, OneSequenceHasOneContent) {
  take(header(kTheirs, "b", 0, 2), {{"x", 5, Sequence{1}}, {"y", 1, Sequence{2}}});
  expect_refused(header(kTheirs, "b", 0, 3), {{"x", 6, Sequence{1}}, {"y", 2, Sequence{3}}},
                 "'x' at sequence 1");
  expect_refused(header(kTheirs, "b", 0, 1), {{"x", 6, Sequence{1}}}, "'x'");
  expect_refused(header(kTheirs, "b", 0, 2), {{"z", 1, Sequence{1}}}, "'z'");
  expect_refused(header(kTheirs, "b", 0, 2), {{"x", 5, Sequence{2}}}, "'x' at sequence 2");
}

TEST_F(HoldingsTest, AStreamBelongsToOneServer) {
  take(header(kTheirs, "b", 0, 1), {{"x", 5, Sequence{1}}});
  expect_refused(header(kTheirs, "c", 1, 2), {{"x", 6, Sequence{2}}}, "server 'b'");
  expect_refused(header(kTheirs, "c", 0, 0), {}, "server 'b'");
  count("y", 1);
  seal();
  expect_refused(header(kOurs, "b", 0, 1), {{"y", 1, Sequence{1}}}, "server 'a'");
}

TEST_F(HoldingsTest, NobodyKnowsMoreOfOurOwnStreamThanWe) {
  expect_refused(header(kOurs, "a", 0, 1), {{"x", 5, Sequence{1}}}, "two processes");
  count("x", 5);
  seal();
  expect_refused(header(kOurs, "a", 0, 2), {{"x", 6, Sequence{2}}}, "two processes");
  expect_refused(header(kOurs, "a", 1, 2), {}, "two processes");
  expect_refused(header(kOurs, "a", 7, 8), {}, "two processes");
  expect_refused(header(kOurs, "a", 0, 1), {{"x", 6, Sequence{1}}}, "'x'");
  EXPECT_EQ(take(header(kOurs, "a", 0, 1), {{"x", 5, Sequence{1}}}), "known");
}

TEST_F(HoldingsTest, AnEarlierRunOfOursIsAStreamLikeOthers) {
  count("x", 5);
  EXPECT_EQ(take(header(kTheirs, "a", 0, 1), {{"x", 100, Sequence{1}}}), "taken");
  EXPECT_EQ(value("x"), 105);
  EXPECT_EQ(value("x", "a"), 100);
}

TEST_F(HoldingsTest, EntriesThatContradictTheirShareAreRefused) {
  expect_refused(header(kTheirs, "b", 0, 2), {{"x", 1, Sequence{1}}, {"x", 2, Sequence{2}}}, "twice");
  expect_refused(header(kTheirs, "b", 0, 2), {{"x", 1, Sequence{2}}, {"y", 2, Sequence{1}}}, "out of order");
  expect_refused(header(kTheirs, "b", 0, 2), {{"x", 1, Sequence{3}}}, "out of order");
  take(header(kTheirs, "b", 0, 2), {{"x", 1, Sequence{2}}});
  expect_refused(header(kTheirs, "b", 2, 3), {{"x", 1, Sequence{2}}}, "out of order");
}

TEST_F(HoldingsTest, ARefusedShareMakesNoNames) {
  expect_refused(header(kTheirs, "b", 0, 3),
                 {{"p", 1, Sequence{1}}, {"q", 1, Sequence{2}}, {"q", 2, Sequence{3}}}, "twice");
  EXPECT_EQ(names.thread.find("p"), nullptr);
  EXPECT_EQ(names.thread.find("q"), nullptr);
}

TEST_F(HoldingsTest, TheLargestTotalsAreTakenExactly) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  take(header(run(2), "b", 0, 1), {{"x", kMost, Sequence{1}}});
  take(header(run(3), "b", 0, 1), {{"x", kMost, Sequence{1}}});
  EXPECT_EQ(value("x"), Int128{kMost} * 2);
  take(header(run(2), "b", 1, 2), {{"x", kLeast, Sequence{2}}});
  EXPECT_EQ(value("x"), -1);
}

TEST_F(HoldingsTest, AStreamThatMovedIsNotStill) {
  take(header(kTheirs, "b", 0, 1), {{"x", 5, Sequence{1}}});
  holdings.tick();
  holdings.tick();
  EXPECT_EQ(holdings.find(kTheirs)->still_ticks, 2U);
  take(header(kTheirs, "b", 0, 1), {{"x", 5, Sequence{1}}});
  EXPECT_EQ(holdings.find(kTheirs)->still_ticks, 2U) << "what is known moves nothing";
  take(header(kTheirs, "b", 1, 2), {});
  EXPECT_EQ(holdings.find(kTheirs)->still_ticks, 0U);
}

TEST_F(HoldingsTest, WhatADiskHoldsNeverShrinks) {
  take(header(kTheirs, "b", 0, 5), {{"x", 5, Sequence{5}}});
  EXPECT_EQ(holdings.find(kTheirs)->durable, Sequence{0});
  holdings.durable_through(kTheirs, Sequence{4});
  holdings.durable_through(kTheirs, Sequence{2});
  EXPECT_EQ(holdings.find(kTheirs)->durable, Sequence{4});
  EXPECT_DEATH(holdings.durable_through(kTheirs, Sequence{6}), "mark");
}

TEST_F(HoldingsTest, AMarkThatMovesWithoutEntriesIsAsDurableAsWhatIsBeforeIt) {
  take(header(kTheirs, "b", 0, 5), {{"x", 5, Sequence{4}}});
  take(header(kTheirs, "b", 5, 6), {});
  EXPECT_EQ(holdings.find(kTheirs)->durable, Sequence{0}) << "the disk lacks the entry at 4";
  holdings.durable_through(kTheirs, Sequence{5});
  EXPECT_EQ(holdings.find(kTheirs)->durable, Sequence{6});
  EXPECT_EQ(holdings.find(kTheirs)->on_disk, Sequence{5});
  take(header(kTheirs, "b", 6, 9), {});
  EXPECT_EQ(holdings.find(kTheirs)->durable, Sequence{9});
  take(header(kTheirs, "b", 9, 11), {{"x", 6, Sequence{11}}});
  EXPECT_EQ(holdings.find(kTheirs)->durable, Sequence{9}) << "it never falls, nor runs ahead";
}

// A stream as its server wrote it, and what anybody would share of it who knows it up to `through`.
class Writer {
 public:
  Writer(StreamId stream, std::string whose) : stream_(stream), whose_(std::move(whose)) {}

  void seal(Random& random) {
    ++sealed_;
    for (std::uint64_t i = sealed_ == 1 ? 1 : random.below(4); i > 0; --i) {
      history_[std::to_string(random.below(6))][sealed_] = static_cast<std::int64_t>(random());
    }
  }

  std::pair<ShareHeader, std::vector<NamedEntry>> share(std::uint64_t after, std::uint64_t through) const {
    std::vector<NamedEntry> entries;
    for (const auto& [name, totals] : history_) {
      const auto newest = newest_at(totals, through);
      if (newest != totals.end() && newest->first > after) {
        entries.push_back({name, newest->second, Sequence{newest->first}});
      }
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const NamedEntry& a, const NamedEntry& b) { return a.sequence < b.sequence; });
    return {header(stream_, whose_, after, through), entries};
  }

  std::int64_t total(const std::string& name, std::uint64_t mark) const {
    const auto counter = history_.find(name);
    if (counter == history_.end()) return 0;
    const auto newest = newest_at(counter->second, mark);
    return newest == counter->second.end() ? 0 : newest->second;
  }

  StreamId stream() const { return stream_; }
  const std::string& whose() const { return whose_; }
  std::uint64_t sealed() const { return sealed_; }

 private:
  using Totals = std::map<std::uint64_t, std::int64_t>;
  static Totals::const_iterator newest_at(const Totals& totals, std::uint64_t mark) {
    const auto later = totals.upper_bound(mark);
    return later == totals.begin() ? totals.end() : std::prev(later);
  }

  StreamId stream_;
  std::string whose_;
  std::uint64_t sealed_ = 0;
  std::map<std::string, Totals> history_;
};

// The twin is a mark for each stream; every value follows from it and from what the streams' servers wrote.
TEST_F(HoldingsTest, ValuesAreTheSumOverStreamsWhateverArrivesWhenever) {
  Random random(7);
  std::vector<Writer> writers{{run(2), "b"}, {run(3), "b"}, {run(4), "c"}, {run(5), "a"}};
  std::map<StreamId, std::uint64_t> marks;
  for (int step = 0; step < 5'000; ++step) {
    Writer& writer = writers[random.below(writers.size())];
    if (writer.sealed() == 0 || random.chance(20)) writer.seal(random);
    const std::uint64_t through = random.below(writer.sealed() + 1);
    const std::uint64_t after =
        random.chance(50) ? std::min(marks[writer.stream()], through) : random.below(through + 1);
    const auto [about, entries] = writer.share(after, through);
    std::uint64_t& mark = marks[writer.stream()];
    const char* expected = through <= mark ? "known" : after > mark ? "gap" : "taken";
    ASSERT_EQ(take(about, entries), expected) << "step " << step;
    if (through > mark && after <= mark) mark = through;
    for (const Writer& each : writers) ASSERT_EQ(number(holdings.mark(each.stream())), marks[each.stream()]);

    for (const std::string name : {"0", "1", "2", "3", "4", "5"}) {
      std::map<std::string, Int128> of_server;
      Int128 all = 0;
      for (const Writer& each : writers) {
        of_server[each.whose()] += each.total(name, marks[each.stream()]);
        all += each.total(name, marks[each.stream()]);
      }
      ASSERT_EQ(value(name), all) << "step " << step;
      for (const auto& [whose, sum] : of_server) ASSERT_EQ(value(name, whose), sum) << "step " << step;
    }
  }
}

}  // namespace
}  // namespace tally
