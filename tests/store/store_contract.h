// The contract of tally::Store, one sentence a test. Every store passes the same:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(Memory, StoreContract, MemoryDisk);
//
// The type is a disk: open() ends the process that used the store, if there was one, and starts another.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "count/counting.h"
#include "store/store.h"

namespace tally {

template <class Disk>
class StoreContract : public testing::Test {
 protected:
  struct Row {
    std::string name;
    std::int64_t total;
    std::uint64_t sequence;
    bool operator==(const Row&) const = default;
  };
  struct Shown {
    std::string server;
    std::uint64_t after;
    std::uint64_t through;
    std::vector<Row> rows;
    bool operator==(const Shown&) const = default;
  };

  static ServerId id(const std::string& text) { return ServerId::parse(text).value(); }

  Write write(StreamId stream, std::uint64_t after, std::uint64_t through, const std::vector<Row>& rows,
              const std::string& server = "a") {
    Write made{{stream, id(server), Sequence{after}, Sequence{through}}, {}};
    for (const Row& row : rows) {
      made.entries.push_back({names_.find_or_insert(row.name), row.total, Sequence{row.sequence}});
    }
    return made;
  }

  Result<void> commit(const std::vector<Write>& writes, const Roster& roster = {}) {
    return store_->commit({writes, roster});
  }

  // Each member says so itself.
  static Roster roster_of(const std::vector<Member>& members, const std::vector<std::string>& removed = {}) {
    Roster roster;
    for (const std::string& text : removed) roster.remove(id(text));
    for (const Member& member : members) roster.hear(member);
    return roster;
  }
  static Member member(const std::string& text, std::uint64_t run) {
    return {id(text), {run, ~run}, "http://" + text + ":7071"};
  }
  Roster roster() const { return store_->roster(); }

  void end_the_process_and_start_another() { store_ = &disk_.open(); }

  std::map<StreamId, Shown> load() const {
    return shown_by([this](const Store::Visitor& visit) { return store_->load(visit); });
  }

  std::map<StreamId, Shown> read(StreamId stream) const {
    return shown_by([&](const Store::Visitor& visit) { return store_->read(stream, visit); });
  }

  static constexpr StreamId kOne{1, 1};
  static constexpr StreamId kOther{1, 2};

 private:
  // Rows in order of sequence.
  template <class Show>
  static std::map<StreamId, Shown> shown_by(Show show) {
    std::map<StreamId, Shown> all;
    KeptStream stream;
    const auto shown = show([&](const KeptPart& part) {
      stream.add(part);
      if (!part.last) return;
      const auto& [id, server, after, through] = stream.header();
      EXPECT_TRUE(all.empty() || all.rbegin()->first < id) << "a stream out of order, or twice";
      Shown& whole = all[id] = {server.text(), number(after), number(through), {}};
      for (const KeptEntry& entry : stream.entries()) {
        whole.rows.push_back({std::string(entry.name), entry.total, number(entry.sequence)});
      }
      stream = {};
    });
    EXPECT_TRUE(shown && stream.entries().empty());
    return all;
  }

  Disk disk_;
  Store* store_ = &disk_.open();
  Counting counting_{1, 7};
  CountingThread names_{counting_};
};

TYPED_TEST_SUITE_P(StoreContract);

TYPED_TEST_P(StoreContract, ANewOneHoldsNothing) {
  EXPECT_TRUE(this->load().empty());
  EXPECT_TRUE(this->commit({}));
  EXPECT_TRUE(this->load().empty());
}

TYPED_TEST_P(StoreContract, WhatWasCommittedOutlivesTheProcess) {
  ASSERT_TRUE(this->commit({this->write(this->kOne, 0, 4, {{"x", 5, 2}, {"y", -1, 4}})}));
  this->end_the_process_and_start_another();
  const auto shown = this->load();
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown.at(this->kOne), (typename TestFixture::Shown{"a", 0, 4, {{"x", 5, 2}, {"y", -1, 4}}}));
}

TYPED_TEST_P(StoreContract, EveryStreamIsShownOnceInOrder) {
  for (std::uint64_t i : {3, 1, 2}) {
    ASSERT_TRUE(
        this->commit({this->write(StreamId{i, 9 - i}, 0, i, {{"x", 1, i}}, "s" + std::to_string(i))}));
  }
  EXPECT_EQ(this->load().size(), 3U);
  EXPECT_EQ(this->load().at(StreamId{2, 7}).server, "s2");
}

TYPED_TEST_P(StoreContract, OneStreamIsShownAsAmongAll) {
  EXPECT_TRUE(this->read(this->kOne).empty());
  ASSERT_TRUE(this->commit({this->write(this->kOne, 0, 4, {{"x", 5, 2}, {"y", -1, 4}}),
                            this->write(this->kOther, 0, 9, {{"x", 1, 1}}, "b")}));
  this->end_the_process_and_start_another();
  ASSERT_TRUE(this->commit({this->write(this->kOne, 4, 6, {{"x", 7, 6}})}));
  for (const auto& one : this->load()) {
    EXPECT_EQ(this->read(one.first), (std::map<StreamId, typename TestFixture::Shown>{one}));
  }
  EXPECT_EQ(this->read(this->kOne).at(this->kOne).rows.size(), 2U);
  EXPECT_TRUE(this->read(StreamId{9, 9}).empty());
}

TYPED_TEST_P(StoreContract, OfTwoEntriesOfOneCounterTheNewerStays) {
  ASSERT_TRUE(this->commit(
      {this->write(this->kOne, 0, 1, {{"x", 5, 1}}), this->write(this->kOne, 1, 2, {{"x", -7, 2}})}));
  EXPECT_EQ(this->load().at(this->kOne).rows, (std::vector<typename TestFixture::Row>{{"x", -7, 2}}));
}

TYPED_TEST_P(StoreContract, OfEachCounterTheNewestEntryIsShown) {
  ASSERT_TRUE(this->commit({this->write(this->kOne, 0, 2, {{"z", 1, 1}, {"y", 1, 2}}),
                            this->write(this->kOne, 2, 4, {{"z", 2, 3}, {"x", 1, 4}})}));
  EXPECT_EQ(this->load().at(this->kOne).rows,
            (std::vector<typename TestFixture::Row>{{"y", 1, 2}, {"z", 2, 3}, {"x", 1, 4}}));
}

TYPED_TEST_P(StoreContract, WhatIsKnownAlreadyChangesNothing) {
  const auto early = this->write(this->kOne, 0, 1, {{"x", 5, 1}});
  const auto late = this->write(this->kOne, 0, 3, {{"x", 8, 3}});
  ASSERT_TRUE(this->commit({early, late}));
  const auto before = this->load();
  ASSERT_TRUE(this->commit({late}));
  ASSERT_TRUE(this->commit({early}));
  EXPECT_EQ(this->load(), before);
}

TYPED_TEST_P(StoreContract, AMarkMovesWithoutEntriesToo) {
  ASSERT_TRUE(this->commit({this->write(this->kOne, 0, 1, {{"x", 5, 1}})}));
  ASSERT_TRUE(this->commit({this->write(this->kOne, 1, 9, {})}));
  EXPECT_EQ(this->load().at(this->kOne).through, 9U);
}

TYPED_TEST_P(StoreContract, AStreamOfWhichNothingIsKnownIsNotHeld) {
  ASSERT_TRUE(this->commit({this->write(this->kOne, 0, 0, {})}));
  EXPECT_TRUE(this->load().empty());
}

TYPED_TEST_P(StoreContract, AGapIsRefusedAndNothingOfItsCommitIsKept) {
  ASSERT_TRUE(this->commit({this->write(this->kOne, 0, 2, {{"x", 5, 1}})}));
  const auto before = this->load();
  const auto refused = this->commit({this->write(this->kOther, 0, 1, {{"x", 1, 1}}),
                                     this->write(this->kOne, 2, 3, {{"x", 6, 3}}),
                                     this->write(this->kOne, 4, 5, {{"x", 7, 5}})});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid);
  EXPECT_EQ(this->load(), before);
}

TYPED_TEST_P(StoreContract, AStreamBelongsToOneServer) {
  ASSERT_TRUE(this->commit({this->write(this->kOne, 0, 1, {{"x", 5, 1}}, "a")}));
  const auto refused = this->commit({this->write(this->kOne, 1, 2, {{"x", 6, 2}}, "b")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid);
  EXPECT_EQ(this->load().at(this->kOne).through, 1U);
}

TYPED_TEST_P(StoreContract, AStreamOfManyCountersIsLoadedWhole) {
  std::vector<typename TestFixture::Row> rows;
  for (std::uint64_t i = 0; i < 1000; ++i) rows.push_back({"counter-" + std::to_string(i), 1, 1});
  ASSERT_TRUE(this->commit({this->write(this->kOne, 0, 1, rows)}));
  this->end_the_process_and_start_another();
  std::vector<typename TestFixture::Row> later;
  for (std::uint64_t i = 0; i < 1500; i += 3) later.push_back({"counter-" + std::to_string(i), 2, 2});
  ASSERT_TRUE(this->commit({this->write(this->kOne, 1, 2, later)}));
  std::map<std::string, std::int64_t> expected;
  for (const auto& row : rows) expected[row.name] = 1;
  for (const auto& row : later) expected[row.name] = 2;
  std::map<std::string, std::int64_t> loaded;
  const auto all = this->load();
  for (const auto& row : all.at(this->kOne).rows) {
    EXPECT_TRUE(loaded.emplace(row.name, row.total).second) << row.name << " twice";
  }
  EXPECT_EQ(loaded, expected);
}

TYPED_TEST_P(StoreContract, NamesAreBytesAndTotalsHave64Bits) {
  const std::string slashes = "a/b c\xc3\xa9";
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  ASSERT_TRUE(this->commit({this->write(this->kOne, 0, ~std::uint64_t{0},
                                        {{slashes, kLeast, 1}, {std::string(255, 'n'), 1, 2}})}));
  this->end_the_process_and_start_another();
  const auto shown = this->load().at(this->kOne);
  EXPECT_EQ(shown.through, ~std::uint64_t{0});
  EXPECT_EQ(shown.rows[0], (typename TestFixture::Row{slashes, kLeast, 1}));
}

TYPED_TEST_P(StoreContract, MembersOutliveTheProcess) {
  EXPECT_TRUE(this->roster().empty());
  const Roster roster =
      this->roster_of({this->member("a", 1),
                       {this->id("a"), {2, 2}, "http://[::1]"},
                       {this->id("b"), {3, 3}, "http://" + std::string(253, 'b') + ":65535"}},
                      {"c"});
  ASSERT_TRUE(this->commit({}, roster));
  EXPECT_EQ(this->roster(), roster);
  this->end_the_process_and_start_another();
  EXPECT_EQ(this->roster(), roster);
  EXPECT_TRUE(this->load().empty());
}

TYPED_TEST_P(StoreContract, OfAPlaceTheNewestRunStays) {
  ASSERT_TRUE(this->commit({}, this->roster_of({this->member("a", 1), this->member("b", 2)})));
  ASSERT_TRUE(this->commit({}, this->roster_of({this->member("a", 3)})));
  this->end_the_process_and_start_another();
  EXPECT_EQ(this->roster(), this->roster_of({this->member("a", 3), this->member("b", 2)}));
}

TYPED_TEST_P(StoreContract, ARemovalTakesAllWhoBearTheIdAndStays) {
  ASSERT_TRUE(this->commit({}, this->roster_of({this->member("a", 1), this->member("ab", 2)})));
  this->end_the_process_and_start_another();
  ASSERT_TRUE(this->commit({}, this->roster_of({}, {"a"})));
  this->end_the_process_and_start_another();
  ASSERT_TRUE(this->commit({}, this->roster_of({this->member("a", 3)})));
  this->end_the_process_and_start_another();
  EXPECT_EQ(this->roster(), this->roster_of({this->member("ab", 2)}, {"a"}));
}

TYPED_TEST_P(StoreContract, TheRunsOfAFolderOutliveThem) {
  Roster first;
  first.put(1, {{1, 1}, "http://a"});
  ASSERT_TRUE(this->commit({}, first));
  this->end_the_process_and_start_another();
  EXPECT_EQ(this->roster(), first);
  Roster later;
  later.put(1, {{1, 1}, "http://a", true});
  later.put(2, {{2, 2}, "http://b"});
  ASSERT_TRUE(this->commit({}, later));
  this->end_the_process_and_start_another();
  EXPECT_EQ(this->roster(), later);
}

TYPED_TEST_P(StoreContract, MembersAndStreamsAreKeptTogetherOrNotAtAll) {
  ASSERT_TRUE(this->commit({this->write(this->kOne, 0, 2, {{"x", 5, 1}})}, this->roster_of({}, {"a"})));
  EXPECT_FALSE(
      this->commit({this->write(this->kOne, 4, 5, {{"x", 7, 5}})}, this->roster_of({this->member("b", 2)})));
  this->end_the_process_and_start_another();
  EXPECT_EQ(this->roster(), this->roster_of({}, {"a"}));
  EXPECT_EQ(this->load().at(this->kOne).through, 2U);
}

// The dumb twin: all entries that ever came, and the newest of each found by looking at all of them.
TYPED_TEST_P(StoreContract, AgreesWithAListOfEverythingThatEverCame) {
  Random random(2026);
  std::vector<std::tuple<StreamId, std::string, std::uint64_t, std::int64_t>> came;
  std::map<StreamId, std::uint64_t> marks;
  for (int round = 0; round < 300; ++round) {
    const StreamId stream{5, random.below(3)};
    std::uint64_t& mark = marks[stream];
    const std::uint64_t through = mark + random.below(3);
    std::vector<typename TestFixture::Row> rows;
    for (std::uint64_t sequence = mark + 1; sequence <= through; ++sequence) {
      const std::string name(1, static_cast<char>('a' + random.below(5)));
      rows.push_back({name, static_cast<std::int64_t>(random()), sequence});
      came.emplace_back(stream, name, sequence, rows.back().total);
    }
    ASSERT_TRUE(this->commit({this->write(stream, mark, through, rows)}));
    mark = through;
    if (random.chance(5)) this->end_the_process_and_start_another();
  }
  for (const auto& [stream, shown] : this->load()) {
    EXPECT_EQ(shown.through, marks.at(stream));
    for (const auto& row : shown.rows) {
      for (const auto& [other, name, sequence, total] : came) {
        if (other != stream || name != row.name) continue;
        EXPECT_LE(sequence, row.sequence);
        EXPECT_TRUE(sequence < row.sequence || total == row.total);
      }
    }
  }
}

REGISTER_TYPED_TEST_SUITE_P(StoreContract, ANewOneHoldsNothing, WhatWasCommittedOutlivesTheProcess,
                            EveryStreamIsShownOnceInOrder, OneStreamIsShownAsAmongAll,
                            OfTwoEntriesOfOneCounterTheNewerStays, OfEachCounterTheNewestEntryIsShown,
                            WhatIsKnownAlreadyChangesNothing, AMarkMovesWithoutEntriesToo,
                            AStreamOfWhichNothingIsKnownIsNotHeld, AGapIsRefusedAndNothingOfItsCommitIsKept,
                            AStreamBelongsToOneServer, AStreamOfManyCountersIsLoadedWhole,
                            NamesAreBytesAndTotalsHave64Bits, MembersOutliveTheProcess,
                            OfAPlaceTheNewestRunStays, ARemovalTakesAllWhoBearTheIdAndStays,
                            TheRunsOfAFolderOutliveThem, MembersAndStreamsAreKeptTogetherOrNotAtAll,
                            AgreesWithAListOfEverythingThatEverCame);

}  // namespace tally
