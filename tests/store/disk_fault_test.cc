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

class DiskFault : public testing::Test {
 protected:
  // One counter, total = number of the commit.
  Result<void> commit() {
    auto done =
        store->commit({.writes = {machine.write(kStream, commits, commits + 1, {"x"}, total(commits + 1))}});
    if (done) ++commits;
    return done;
  }

  static std::int64_t total(std::uint64_t commit) { return static_cast<std::int64_t>(commit); }

  void cut_power_and_start_again() {
    store.reset();
    machine.disk.cut_power();
    store = machine.open().value();
  }

  std::uint64_t mark() const { return std::get<1>(contents(*store).value().at(kStream)); }

  Machine machine;
  std::unique_ptr<RocksStore> store = machine.open().value();
  std::uint64_t commits = 0;
};

TEST_F(DiskFault, AFailedSyncIsForTheCallerToDieOf) {
  ASSERT_TRUE(commit());
  machine.disk.fail_next_sync(".log");
  const auto failed = commit();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::internal);
  cut_power_and_start_again();
  EXPECT_EQ(mark(), 1U);
}

TEST_F(DiskFault, ASyncThatFailedIsNotTriedAgain) {
  machine.disk.fail_next_sync(".log");
  ASSERT_FALSE(commit());
  EXPECT_FALSE(commit());
}

TEST_F(DiskFault, AFullDiskTakesNothingAndGoesOnWhenThereIsRoom) {
  for (std::uint64_t room = 0; room < 120; room += 7) {
    SCOPED_TRACE(std::to_string(room) + " bytes left");
    ASSERT_TRUE(commit());
    machine.disk.leave_room(room);
    Result<void> refused = commit();
    while (refused) refused = commit();
    EXPECT_EQ(refused.error().code, Errc::full) << refused.error().detail;
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

TEST_F(DiskFault, AFullDiskIsNoWorseRightAfterAStart) {
  ASSERT_TRUE(commit());
  cut_power_and_start_again();
  cut_power_and_start_again();  // nothing is left to settle, and RocksDB has nothing in memory
  for (int times = 0; times < 3; ++times) {
    machine.disk.leave_room(20);
    EXPECT_EQ(commit().error().code, Errc::full);
    EXPECT_EQ(commit().error().code, Errc::full);
    machine.disk.make_room();
    ASSERT_TRUE(commit());
  }
  ASSERT_TRUE(commit());
  cut_power_and_start_again();
  EXPECT_EQ(mark(), commits);
}

TEST_F(DiskFault, ARefusedCommitIsNeverSeenAgain) {
  ASSERT_TRUE(commit());
  machine.disk.leave_room(20);
  ASSERT_FALSE(commit());
  machine.disk.make_room();
  cut_power_and_start_again();
  EXPECT_EQ(mark(), 1U);
}

TEST_F(DiskFault, AStoreThatWasFullCanBeOpenedAgain) {
  ASSERT_TRUE(commit());
  machine.disk.leave_room(0);
  ASSERT_FALSE(commit());
  store.reset();
  const auto refused = machine.open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::full) << refused.error().detail;
  machine.disk.make_room();
  cut_power_and_start_again();
  EXPECT_EQ(mark(), 1U);
}

TEST_F(DiskFault, SettlingOnAFullDiskLosesNothing) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(commit());
  machine.disk.leave_room(10);
  const auto refused = store->settle();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::full);
  EXPECT_EQ(mark(), 5U);
  machine.disk.make_room();
  EXPECT_TRUE(store->settle());
  cut_power_and_start_again();
  EXPECT_EQ(mark(), 5U);
}

// RocksDB itself takes some of these for the end of the log, in every recovery mode, and says nothing.
TEST_F(DiskFault, AnyFlippedBitOfTheLogIsNoticed) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(commit());
  store.reset();
  const std::string log = newest_log(machine.disk);
  for (std::uint64_t at = 0; at < machine.disk.size(log); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      const auto mask = static_cast<unsigned char>(1U << bit);
      machine.disk.flip(log, at, mask);
      const auto opened = machine.open();
      ASSERT_FALSE(opened) << "byte " << at << ", bit " << bit;
      EXPECT_EQ(opened.error().code, Errc::internal);
      machine.disk.flip(log, at, mask);
    }
  }
  store = machine.open().value();
  EXPECT_EQ(mark(), 4U);
}

TEST_F(DiskFault, ALogTornOffInItsLastRecordIsWholeUpToThere) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(commit());
  const std::string log = newest_log(machine.disk);
  const std::uint64_t acknowledged = machine.disk.size(log);
  ASSERT_TRUE(commit());
  const std::uint64_t written = machine.disk.size(log);
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
