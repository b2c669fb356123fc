#include "store/rocks_store.h"

#include <fstream>

#include <gmock/gmock.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include "store/layout.h"
#include "tests/store/machine.h"
#include "tests/store/store_contract.h"

namespace tally {
namespace {

struct RocksDisk {
  RocksDisk() { options.settle_in_background = false; }
  Store& open() {
    store.reset();  // it holds the lock
    store = RocksStore::open(folder.path(), options).value();
    return *store;
  }
  TemporaryFolder folder;
  RocksStore::Options options;
  std::unique_ptr<RocksStore> store;
};

struct BusyRocksDisk : RocksDisk {
  BusyRocksDisk() {
    options.settle_entries = 1;
    options.settle_in_background = true;
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Rocks, StoreContract, RocksDisk);
INSTANTIATE_TYPED_TEST_SUITE_P(RocksThatSettlesAllTheTime, StoreContract, BusyRocksDisk);

constexpr StreamId kStream{7, 1};

std::string why_not(const std::filesystem::path& folder) {
  const auto store = RocksStore::open(folder);
  EXPECT_FALSE(store);
  if (store) return "it was opened";
  EXPECT_EQ(store.error().code, Errc::invalid);
  return store.error().detail;
}

// Somebody's database, with one key in it.
void write_database(const std::filesystem::path& folder, const std::string& key, const std::string& value) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, folder.string(), &db).ok());
  EXPECT_TRUE(db->Put(rocksdb::WriteOptions(), key, value).ok());
  delete db;
}

std::string read_database(const std::filesystem::path& folder, const std::string& key) {
  rocksdb::DB* db = nullptr;
  EXPECT_TRUE(rocksdb::DB::OpenForReadOnly(rocksdb::Options(), folder.string(), &db).ok());
  std::string value;
  EXPECT_TRUE(db->Get(rocksdb::ReadOptions(), key, &value).ok());
  delete db;
  return value;
}

TEST(RocksStore, MakesItsFolderWithAllAboveIt) {
  const TemporaryFolder above;
  EXPECT_TRUE(RocksStore::open(above.path() / "var" / "lib" / "tally/"));
  EXPECT_TRUE(RocksStore::open(above.path() / "var" / "lib" / "tally"));
}

TEST(RocksStore, HasItsFolderForItself) {
  const TemporaryFolder folder;
  auto first = RocksStore::open(folder.path());
  ASSERT_TRUE(first);
  EXPECT_THAT(why_not(folder.path()),
              testing::HasSubstr("in use by process " + std::to_string(::getpid()) + ". Stop that one"));
  first->reset();
  EXPECT_TRUE(RocksStore::open(folder.path()));
}

TEST(RocksStore, TakesNoFolderThatHoldsOtherFiles) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "thesis.txt") << "years of work";
  EXPECT_THAT(why_not(folder.path()), testing::HasSubstr("holds 'thesis.txt', which is not Tally's"));
}

TEST(RocksStore, TakesNoDatabaseOfAnotherProgram) {
  const TemporaryFolder folder;
  write_database(folder.path(), "balance", "12");
  EXPECT_THAT(why_not(folder.path()), testing::HasSubstr("is the database of another program"));
}

TEST(RocksStore, TakesNoFolderOfANewerFormat) {
  const TemporaryFolder folder;
  write_database(folder.path(), layout::format_key(), layout::number_value(4));
  EXPECT_THAT(why_not(folder.path()),
              testing::HasSubstr("is of format 4, this Tally reads format 3. Start the"));
}

// Written by hand as it was then: one record, of one counter of stream 7-1.
TEST(RocksStore, TakesAFolderOfTheFirstFormatAndMakesItItsOwn) {
  const TemporaryFolder folder;
  write_database(folder.path(), layout::format_key(), layout::number_value(1));
  const std::string id("\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0\x01", 16);
  write_database(folder.path(), layout::record_key(1),
                 "\x01" + id + "\x01" + "a" + std::string("\0\x04\x01", 3) + "\x01" + "x" + "\x0a\x02");
  for (int opened = 0; opened < 2; ++opened) {
    const auto store = RocksStore::open(folder.path()).value();
    EXPECT_EQ(contents(*store).value(), (Contents{{kStream, {"a", 4, {{"x", 5, 2}}}}}));
    EXPECT_TRUE(store->roster().empty());
  }
  EXPECT_EQ(read_database(folder.path(), layout::format_key()), layout::number_value(3));
}

// As format 2 wrote it: a record that removes 'b' and names 'a' at http://a.
TEST(RocksStore, TakesAFolderWithoutItsRunsAndMakesItItsOwn) {
  const TemporaryFolder folder;
  write_database(folder.path(), layout::format_key(), layout::number_value(2));
  const std::string id("\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0\x01", 16);
  write_database(folder.path(), layout::record_key(1),
                 std::string("\x02\x01\x01") + "b" + "\x01\x01" + "a" + "\x08" + "http://a" + id);
  for (int opened = 0; opened < 2; ++opened) {
    const auto store = RocksStore::open(folder.path()).value();
    Roster roster;
    roster.remove(ServerId::parse("b").value());
    roster.hear({ServerId::parse("a").value(), kStream, "http://a"});
    EXPECT_EQ(store->roster(), roster);
  }
  EXPECT_EQ(read_database(folder.path(), layout::format_key()), layout::number_value(3));
}

TEST(RocksStore, TakesNoFileForAFolder) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "data") << "a file";
  EXPECT_THAT(why_not(folder.path() / "data"),
              testing::HasSubstr("Not a directory. Give this server a folder"));
}

TEST(RocksStore, SaysWhatItCannotWriteTo) {
  EXPECT_THAT(why_not("/proc/tally"), testing::HasSubstr("Cannot make the data folder /proc/tally: "));
  EXPECT_THAT(why_not("/proc"), testing::HasSubstr("Cannot write to the data folder /proc: "));
}

TEST(RocksStore, ThatWasDeletedUnderItsServerAcknowledgesNothingMore) {
  Machine machine;
  auto store = machine.open().value();
  ASSERT_TRUE(store->commit({.writes = {machine.write({1, 1}, 0, 1, {"x"}, 5)}}));
  std::filesystem::remove(machine.folder.path() / FolderLock::kFile);
  EXPECT_EQ(store->commit({.writes = {machine.write({1, 1}, 1, 2, {"x"}, 6)}}).error().code, Errc::internal);
}

// A crash leaves the files as they are: nobody closes them.
TEST(RocksStore, ComesBackFromACrash) {
  const TemporaryFolder folder, crashed;
  Machine machine;
  const auto store = RocksStore::open(folder.path()).value();
  for (std::uint64_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(store->commit({.writes = {machine.write(kStream, i, i + 1, {"x"}, 5)}}));
    std::filesystem::remove_all(crashed.path());
    std::filesystem::copy(folder.path(), crashed.path());
    const auto copy = RocksStore::open(crashed.path()).value();
    EXPECT_EQ(contents(*copy).value(), contents(*store).value());
  }
}

// What a file of a folder that is not in use held is gone with it.
class Deleted : public testing::TestWithParam<const char*> {};

TEST_P(Deleted, IsMissed) {
  TemporaryFolder folder;
  Machine machine;
  {
    auto store = RocksStore::open(folder.path()).value();
    ASSERT_TRUE(store->commit({.writes = {machine.write({1, 1}, 0, 1, {"x"}, 5)}}));
  }
  {
    ASSERT_TRUE(RocksStore::open(folder.path()));
  }  // what was in the log is in a table now, and there is a new log
  {
    auto store = RocksStore::open(folder.path()).value();
    ASSERT_TRUE(store->commit({.writes = {machine.write({1, 1}, 1, 2, {"x"}, 6)}}));
  }
  int deleted = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    const std::string name = file.path().filename().string();
    if (!name.ends_with(GetParam()) && !name.starts_with(GetParam())) continue;
    std::filesystem::remove(file.path());
    ++deleted;
  }
  ASSERT_GT(deleted, 0);
  const auto opened = RocksStore::open(folder.path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::internal) << opened.error().detail;
}

INSTANTIATE_TEST_SUITE_P(Files, Deleted, testing::Values(".log", ".sst", "CURRENT", "MANIFEST"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, '.');
                           return name;
                         });

TEST(RocksStore, SettlesAStepAtATime) {
  Machine machine;
  machine.options.settle_entries = 2;
  machine.options.settle_lag = 100;
  const auto store = machine.open().value();
  for (std::uint64_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(store->commit({.writes = {machine.write(kStream, i, i + 1, {"x"}, 5)}}));
  }
  const auto before = contents(*store).value();
  // A record weighs its entries and one more.
  for (const bool more : {true, true, true, false}) EXPECT_EQ(store->settle().value(), more);
  EXPECT_FALSE(store->settle().value());
  EXPECT_EQ(contents(*store).value(), before);
}

TEST(RocksStore, AStepEndsWithItsRows) {
  Machine machine;
  machine.options.settle_entries = 100;
  machine.options.settle_rows = 3;
  const auto store = machine.open().value();
  for (std::uint64_t i = 0; i < 4; ++i) {
    const std::string name(1, static_cast<char>('a' + i));
    ASSERT_TRUE(store->commit({.writes = {machine.write(kStream, 2 * i, 2 * i + 1, {"x"}, 5)}}));
    ASSERT_TRUE(store->commit({.writes = {machine.write(kStream, 2 * i + 1, 2 * i + 2, {name}, 5)}}));
  }
  // x and a, x and b; x and c, x and d.
  for (const bool more : {true, false}) EXPECT_EQ(store->settle().value(), more);
}

TEST(RocksStore, ACommitSettlesWhenTooMuchIsUnsettled) {
  Machine machine;
  machine.options.settle_entries = 2;
  machine.options.settle_lag = 2;
  const auto store = machine.open().value();
  for (std::uint64_t i = 0; i < 100; ++i) {
    ASSERT_TRUE(store->commit({.writes = {machine.write(kStream, i, i + 1, {"x"}, 5)}}));
  }
  int steps = 0;
  while (store->settle().value()) ++steps;
  EXPECT_LE(steps, 2);
}

// What a record held cannot vanish without a trace, whatever lost it.
class Vanished : public testing::Test {
 protected:
  void SetUp() override {
    machine.options.env = nullptr;
    for (std::uint64_t i = 0; i < 3; ++i) {
      auto store = machine.open().value();
      while (store->settle().value()) continue;
      ASSERT_TRUE(store->commit({.writes = {machine.write(kStream, i, i + 1, {"x"}, 5)}}));
      if (i == 0) continue;
      ASSERT_TRUE(store->commit({.writes = {machine.write({7, i + 1}, 0, 1, {"x"}, 5)}}));
    }
  }

  std::string why_not_without(const std::string& key) {
    rocksdb::DB* db = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open(rocksdb::Options(), machine.folder.path().string(), &db).ok());
    EXPECT_TRUE(db->Delete(rocksdb::WriteOptions(), key).ok());
    delete db;
    const auto opened = machine.open();
    EXPECT_FALSE(opened);
    if (opened) return "it was opened";
    EXPECT_EQ(opened.error().code, Errc::internal);
    return opened.error().detail;
  }

  Machine machine;
};

TEST_F(Vanished, ARecordIsMissed) {
  EXPECT_THAT(why_not_without(layout::record_key(4)), testing::HasSubstr("holds record 5 and not record 4"));
}

TEST_F(Vanished, TheNumberOfSettledRecordsIsMissed) {
  EXPECT_THAT(why_not_without(layout::settled_key()), testing::HasSubstr("holds record 4 and not record 1"));
}

TEST_F(Vanished, AStreamIsMissed) {
  EXPECT_THAT(why_not_without(layout::stream_key(kStream)), testing::HasSubstr("does not continue"));
}

TEST(RocksStore, ShowsTheNewestOfWhatIsSettledAndWhatIsNot) {
  Machine machine;
  machine.options.settle_entries = 100;
  auto store = machine.open().value();
  ASSERT_TRUE(store->commit({.writes = {machine.write(kStream, 0, 1, {"b", "d"}, 5)}}));
  EXPECT_FALSE(store->settle().value());
  ASSERT_TRUE(store->commit({.writes = {machine.write(kStream, 1, 2, {"e", "b", "a"}, 6)}}));
  const Contents expected{{kStream, {"s1", 2, {{"a", 6, 2}, {"b", 6, 2}, {"d", 5, 1}, {"e", 6, 2}}}}};
  EXPECT_EQ(contents(*store).value(), expected);
  store.reset();
  store = machine.open().value();
  EXPECT_EQ(contents(*store).value(), expected);
  EXPECT_FALSE(store->settle().value());
  EXPECT_EQ(contents(*store).value(), expected);
}

TEST(RocksStore, AStreamOfManyCountersIsShownWhole) {
  Machine machine;
  machine.options = RocksStore::Options();
  std::vector<std::string> names;
  for (int i = 0; i < 100'000; ++i) names.push_back("counter-" + std::to_string(i));
  {
    const auto store = machine.open().value();
    ASSERT_TRUE(store->commit({.writes = {machine.write(kStream, 0, 9, names, -3)}}));
  }
  const auto store = machine.open().value();
  const auto [server, mark, rows] = contents(*store).value().at(kStream);
  EXPECT_EQ(mark, 9U);
  EXPECT_EQ(rows.size(), names.size());
  EXPECT_EQ(rows.front(), std::tuple("counter-0", -3, 9U));
}

}  // namespace
}  // namespace tally
