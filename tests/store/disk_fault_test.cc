// A disk that fails, fills up or rots: what the store says then, and what is left.
#include <gtest/gtest.h>

#include "tests/store/machine.h"

namespace tally {
namespace {

constexpr StreamId kStream{7, 1};

std::string newest_log(const FakeDisk& disk) {
  std::string newest;
  for (const std::string& path : disk.files()) {
    if (path.ends_with(".log") && disk.size(path) > 0) newest = path;
  }
  return newest;
}

// With a log that grows, and one that is filled with zeros.
class DiskFault : public testing::TestWithParam<std::size_t> {
 protected:
  DiskFault() {
    machine.options.log_step = GetParam();
    store = machine.open().value();
  }

  // One counter, total = number of the commit.
  Result<void> commit() {
    auto done =
        store->commit({.writes = {machine.write(kStream, commits, commits + 1, {"x"}, total(commits + 1))}});
    if (done) ++commits;
    return done;
  }

  static std::int64_t total(std::uint64_t commit) { return static_cast<std::int64_t>(commit); }

  // Until nothing more fits.
  void fill_disk_up_to(std::uint64_t room) {
    machine.disk.leave_room(room);
    Result<void> taken = commit();
    while (taken) taken = commit();
    EXPECT_EQ(taken.error().code, Errc::full) << taken.error().detail;
  }

  void cut_power_and_start_again() {
    store.reset();
    machine.disk.cut_power();
    store = machine.open().value();
  }

  void expect_every_flip_to_be_noticed(FakeDisk& disk) {
    machine.options.env = disk.env();
    const std::string log = newest_log(disk);
    for (std::uint64_t at = 0; at < disk.written(log); ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        const auto mask = static_cast<unsigned char>(1U << bit);
        disk.flip(log, at, mask);
        const auto opened = machine.open();
        ASSERT_FALSE(opened) << "byte " << at << ", bit " << bit;
        EXPECT_EQ(opened.error().code, Errc::internal);
        disk.flip(log, at, mask);
      }
    }
    store = machine.open().value();
    EXPECT_EQ(mark(), commits);
    store.reset();
  }

  std::uint64_t mark() const { return std::get<1>(contents(*store).value().at(kStream)); }

  Machine machine;
  std::unique_ptr<RocksStore> store;
  std::uint64_t commits = 0;
};

INSTANTIATE_TEST_SUITE_P(Log, DiskFault, testing::Values(std::size_t{0}, std::size_t{4096}),
                         [](const auto& test) { return test.param == 0 ? "Growing" : "Filled"; });

TEST_P(DiskFault, AFailedSyncIsForTheCallerToDieOf) {
  ASSERT_TRUE(commit());
  machine.disk.fail_next_sync(".log");
  const auto failed = commit();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::internal);
  cut_power_and_start_again();
  EXPECT_EQ(mark(), 1U);
}

TEST_P(DiskFault, ASyncThatFailedIsNotTriedAgain) {
  machine.disk.fail_next_sync(".log");
  ASSERT_FALSE(commit());
  EXPECT_FALSE(commit());
}

TEST_P(DiskFault, ASyncThatFailedForWantOfRoomIsNotTakenForAFullDisk) {
  machine.disk.fail_next_sync(".log", /*for_want_of_room=*/true);
  const auto failed = commit();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::internal);
  const auto next = commit();
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, Errc::internal);
}

// For want of room, which file systems say that find the room only then, is the worst: a disk that is full
// when appending goes on by itself, and this must not be taken for it.
TEST_P(DiskFault, NothingIsCommittedBehindASettlingThatCouldNotBeSynced) {
  ASSERT_TRUE(commit());
  machine.disk.fail_next_sync(".log", /*for_want_of_room=*/true);
  const auto settled = store->settle();
  ASSERT_FALSE(settled);
  EXPECT_EQ(settled.error().code, Errc::internal);
  const auto next = commit();
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, Errc::internal);
  const auto again = store->settle();
  ASSERT_FALSE(again) << "nor is it tried again";
  EXPECT_EQ(again.error().code, Errc::internal);
  cut_power_and_start_again();
  EXPECT_EQ(mark(), 1U);
}

TEST_P(DiskFault, AFullDiskTakesNothingAndGoesOnWhenThereIsRoom) {
  for (std::uint64_t room = 0; room < 120; room += 7) {
    SCOPED_TRACE(std::to_string(room) + " bytes left");
    ASSERT_TRUE(commit());
    fill_disk_up_to(room);
    EXPECT_EQ(commit().error().code, Errc::full);
    EXPECT_EQ(mark(), commits);  // what is held can be read
    machine.disk.make_room();
    const auto taken = commit();
    ASSERT_TRUE(taken) << taken.error().detail;
    ASSERT_TRUE(commit());
    if (room % 2 == 0) cut_power_and_start_again();
    EXPECT_EQ(mark(), commits);
  }
}

TEST_P(DiskFault, AFullDiskIsNoWorseRightAfterAStart) {
  ASSERT_TRUE(commit());
  cut_power_and_start_again();
  cut_power_and_start_again();  // RocksDB has nothing in memory
  for (int times = 0; times < 3; ++times) {
    fill_disk_up_to(20);
    EXPECT_EQ(commit().error().code, Errc::full);
    machine.disk.make_room();
    ASSERT_TRUE(commit());
  }
  ASSERT_TRUE(commit());
  cut_power_and_start_again();
  EXPECT_EQ(mark(), commits);
}

TEST_P(DiskFault, ARefusedCommitIsNeverSeenAgain) {
  ASSERT_TRUE(commit());
  fill_disk_up_to(20);
  machine.disk.make_room();
  cut_power_and_start_again();
  EXPECT_EQ(mark(), commits);
}

TEST_P(DiskFault, AStoreThatWasFullCanBeOpenedAgain) {
  ASSERT_TRUE(commit());
  fill_disk_up_to(0);
  store.reset();
  machine.disk.leave_room(0);  // what closing gave back is gone, too
  const auto refused = machine.open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::full) << refused.error().detail;
  machine.disk.make_room();
  cut_power_and_start_again();
  EXPECT_EQ(mark(), commits);
}

TEST_P(DiskFault, SettlingOnAFullDiskLosesNothing) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(commit());
  fill_disk_up_to(10);
  const auto refused = store->settle();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::full);
  EXPECT_EQ(mark(), commits);
  machine.disk.make_room();
  EXPECT_TRUE(store->settle());
  cut_power_and_start_again();
  EXPECT_EQ(mark(), commits);
}

// RocksDB itself takes some of these for the end of the log, in every recovery mode, and says nothing.
TEST_P(DiskFault, AnyFlippedBitOfTheLogIsNoticed) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(commit());
  store.reset();
  expect_every_flip_to_be_noticed(machine.disk);
}

TEST_P(DiskFault, AnyFlippedBitOfTheLogOfACrashIsNoticed) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(commit());
  FakeDisk crashed(machine.disk);
  EXPECT_EQ(crashed.size(newest_log(crashed)) > crashed.written(newest_log(crashed)), GetParam() > 0);
  store.reset();
  expect_every_flip_to_be_noticed(crashed);
}

TEST_P(DiskFault, ALogTornOffInItsLastRecordIsWholeUpToThere) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(commit());
  const std::string log = newest_log(machine.disk);
  const std::uint64_t acknowledged = machine.disk.written(log);
  ASSERT_TRUE(commit());
  const std::uint64_t written = machine.disk.written(log);
  store.reset();
  for (std::uint64_t size = acknowledged; size < written; ++size) {
    machine.disk.truncate(log, size);
    FakeDisk copy(machine.disk);
    machine.options.env = copy.env();
    const auto opened = machine.open();
    ASSERT_TRUE(opened) << size << ": " << opened.error().detail;
    EXPECT_EQ(std::get<1>(contents(**opened).value().at(kStream)), 3U);
  }
}

TEST_P(DiskFault, ATornEndIsSaidAndNothingElseIs) {
  ASSERT_TRUE(commit());
  EXPECT_TRUE(store->notices().empty());
  const std::string log = newest_log(machine.disk);
  FakeDisk crashed(machine.disk);
  FakeDisk torn(machine.disk);
  torn.truncate(log, machine.disk.written(log) - 3);
  store.reset();
  machine.options.env = crashed.env();
  EXPECT_TRUE(machine.open().value()->notices().empty());
  machine.options.env = torn.env();
  const auto opened = machine.open().value();
  ASSERT_EQ(opened->notices().size(), 1U);
  EXPECT_NE(opened->notices().front().find(log.substr(log.rfind('/') + 1)), std::string::npos)
      << opened->notices().front();
}

// A log that is filled with zeros.
class FilledLog : public testing::Test {
 protected:
  FilledLog() { machine.options.log_step = kStep; }

  Result<void> commit(std::size_t counters) {
    std::vector<std::string> names;
    while (names.size() < counters) names.push_back("counter-" + std::to_string(names.size()));
    ++commits;
    return store->commit({.writes = {machine.write(kStream, commits - 1, commits, names, 5)}});
  }

  std::uint64_t size() const { return machine.disk.size(newest_log(machine.disk)); }
  std::uint64_t written() const { return machine.disk.written(newest_log(machine.disk)); }

  static constexpr std::size_t kStep = 4096;
  Machine machine;
  std::unique_ptr<RocksStore> store = machine.open().value();
  std::uint64_t commits = 0;
};

TEST_F(FilledLog, GrowsAStepAtATime) {
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(commit(1));
    ASSERT_EQ(size() % kStep, 0U);
    ASSERT_LE(size() - written(), kStep);
  }
  EXPECT_GT(size(), 3 * kStep);
}

TEST_F(FilledLog, IsNotFilledBehindALargeCommit) {
  ASSERT_TRUE(commit(1));
  ASSERT_TRUE(commit(1000));
  EXPECT_EQ(size(), written());
  ASSERT_TRUE(commit(1));
  EXPECT_GT(size(), written());
}

TEST_F(FilledLog, LeavesNoZerosBehindWhenItIsClosed) {
  ASSERT_TRUE(commit(1));
  EXPECT_GT(size(), written());
  store.reset();
  EXPECT_EQ(size(), written());
}

TEST_F(FilledLog, LeavesTheRoomThatAStepDoesNotFitToCommits) {
  machine.disk.leave_room(kStep / 2);
  while (size() > written()) ASSERT_TRUE(commit(1));
  const std::uint64_t filled = written();
  while (commit(1)) EXPECT_EQ(size(), written());
  EXPECT_GT(written() - filled, kStep / 4);
}

// All is there, or an error says that it is not.
TEST(Rot, IsNeverTakenForNothing) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    Machine machine;
    MemoryStore held;
    for (int lives = 0; lives < 2; ++lives) {
      auto store = machine.open().value();
      for (std::uint64_t commits = 30 + random.below(30); commits > 0; --commits) {
        const Commit commit = machine.next(held, random);
        ASSERT_TRUE(held.commit(commit));
        ASSERT_TRUE(store->commit(commit));
        if (random.chance(20)) {
          ASSERT_TRUE(store->settle());
        }
      }
    }
    const auto expected = everything(held).value();
    const auto files = machine.disk.files();
    for (int flips = 0; flips < 20; ++flips) {
      FakeDisk rotten(machine.disk);
      const std::string& path = files[random.below(files.size())];
      if (rotten.size(path) == 0) continue;
      const std::uint64_t at = random.below(rotten.size(path));
      rotten.flip(path, at, static_cast<unsigned char>(1U << random.below(8)));
      machine.options.env = rotten.env();
      const auto store = machine.open();
      if (!store) continue;
      const auto found = everything(**store);
      if (!found) continue;
      ASSERT_TRUE(*found == expected) << "seed " << seed << ", byte " << at << " of " << path;
    }
  }
}

}  // namespace
}  // namespace tally
