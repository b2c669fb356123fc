// A store in a folder, on RocksDB: what a server that has a disk acknowledges outlives the process and the
// power.
//
// A commit is one record, synced. In the background, records are settled into rows: of each stream its mark,
// of each counter in it the newest entry, each member, removal and run of the folder. What a settled record
// held is in rows, the record is gone, and the number up to which that is so has moved, all in one atomic
// step. docs/storage.md draws the bytes.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "store/folder_lock.h"
#include "store/rocks_folder.h"
#include "store/store.h"
#include "store/stream_marks.h"

namespace tally {

class RocksStore final : public Store {
 public:
  struct Options {
    // Records are settled once they hold about so many entries together: a counter that changed again and
    // again meanwhile is one row. As much is kept in memory, and read again after a crash.
    std::size_t settle_entries = 131'072;
    // A step ends with about so many rows; so many are written at once, and no commit is written meanwhile.
    std::size_t settle_rows = 16'384;
    std::size_t rows_at_once = 256;
    // A commit that finds this many times `settle_entries` unsettled settles until there are fewer.
    std::size_t settle_lag = 2;
    std::size_t memory_bytes = 16 * 1024 * 1024;
    // The log is filled with zeros so many bytes at a time (filled_logs.h).
    std::size_t log_step = 256 * 1024;
    // False: the owner calls settle().
    bool settle_in_background = true;
    // What RocksDB sees of the system; null for the real one. Outlives the store.
    rocksdb::Env* env = nullptr;
  };

  // Makes the folder if there is none, locks it, reads what an earlier process left unsettled.
  //
  // Errors: Errc::invalid where the folder cannot be had: it is in use, not Tally's, of a newer Tally, not
  // writable; Errc::full; Errc::internal where it is damaged: nothing acknowledged is ever left out in
  // silence.
  static Result<std::unique_ptr<RocksStore>> open(const std::filesystem::path& folder);
  static Result<std::unique_ptr<RocksStore>> open(const std::filesystem::path& folder,
                                                  const Options& options);
  ~RocksStore() override;
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;

  // What was found when it was opened that is no error, a sentence each. Before the first commit.
  const std::vector<std::string>& notices() const { return folder_->notices(); }

  Result<void> commit(const Commit& commit) override;
  Result<void> load(const Visitor& visit) const override;
  Result<void> read(StreamId stream, const Visitor& visit) const override;
  Roster roster() const override { return roster_; }

  // One step. True while there is more to settle. Any thread. Errors as commit()'s; nothing is lost by
  // Errc::full.
  Result<bool> settle();

 private:
  struct Settlement;

  // A record that is durable and not in rows yet.
  struct Unsettled {
    std::uint64_t number;
    std::string value;
    std::size_t weight;
  };

  RocksStore(FolderLock lock, std::unique_ptr<RocksFolder> folder, const Options& options);

  Result<void> recover();
  Result<void> read_format();
  Result<void> read_streams();
  Result<void> read_roster();
  Result<void> read_records();
  Result<void> take_record(std::uint64_t number, std::string_view value);
  Result<void> show(StreamId stream, const Settlement& newer, const Visitor& visit) const;
  Settlement unsettled() const TALLY_REQUIRES(settling_);
  Result<void> write_entries(const Settlement& settlement) TALLY_REQUIRES(settling_);
  void push(Unsettled record) TALLY_REQUIRES(unsettled_mutex_);
  std::vector<const Unsettled*> oldest(std::size_t weight) const;
  bool lags() const;
  void settle_until_stopped();

  const FolderLock lock_;
  const std::unique_ptr<RocksFolder> folder_;
  const Options options_;

  // The committing thread's.
  StreamMarks marks_;
  Roster roster_;
  std::uint64_t next_record_ = 1;

  // One step at a time, and none while rows are being loaded. Only who holds it takes records out.
  mutable Mutex settling_;

  mutable Mutex unsettled_mutex_;  // taken after settling_
  std::condition_variable_any enough_;
  std::deque<Unsettled> unsettled_ TALLY_GUARDED_BY(unsettled_mutex_);
  std::size_t unsettled_weight_ TALLY_GUARDED_BY(unsettled_mutex_) = 0;
  bool stopping_ TALLY_GUARDED_BY(unsettled_mutex_) = false;

  std::thread settler_;  // last: it uses all of the above
};

}  // namespace tally
