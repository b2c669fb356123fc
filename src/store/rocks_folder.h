// Keys and values in a folder, on RocksDB, of which nothing is seen outside of rocks_folder.cc and
// filled_logs.cc.
//
// Any thread may call anything but open(). An Errc::internal means that nobody knows what is on the disk: a
// failed sync is never tried again, since the kernel has forgotten what it could not write and the second try
// "succeeds" (Rebello et al.: Can Applications Recover from fsync Failures?, ATC 2020).
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/result.h"

namespace rocksdb {
class DB;
class Env;
class WriteBatch;
}  // namespace rocksdb

namespace tally {

class RocksFolder {
 public:
  // Changes that are made together or not at all.
  class Batch {
   public:
    Batch();
    ~Batch();
    void put(std::string_view key, std::string_view value);
    // The keys from `first` until before `end`.
    void erase(std::string_view first, std::string_view end);
    void clear();

   private:
    friend class RocksFolder;
    std::unique_ptr<rocksdb::WriteBatch> changes_;
  };

  // Takes one key and its value; an error ends the reading.
  using Visitor = std::function<Result<void>(std::string_view key, std::string_view value)>;

  struct Options {
    // What is written is kept in memory up to about twice as much before it is sorted into files.
    std::size_t memory_bytes;
    std::size_t log_step;  // filled_logs.h
    rocksdb::Env* env;     // null for the system's; outlives the folder
  };

  // Errors: Errc::invalid where the folder holds what is not ours; Errc::full; Errc::internal where what it
  // holds is damaged. The caller holds the folder's lock.
  static Result<std::unique_ptr<RocksFolder>> open(const std::filesystem::path& folder,
                                                   const Options& options);
  ~RocksFolder();
  RocksFolder(const RocksFolder&) = delete;
  RocksFolder& operator=(const RocksFolder&) = delete;

  // Durable on return. Errc::full where there is no room: nothing was written, and more can be once there are
  // `memory_bytes` free.
  Result<void> put(std::string_view key, std::string_view value);
  Result<void> write(Batch& batch);

  Result<std::optional<std::string>> get(std::string_view key) const;

  // All keys that begin with `prefix`, in order of their bytes.
  Result<void> each(std::string_view prefix, const Visitor& visit) const;

  const std::string& name() const { return name_; }

  // What was found when it was opened that is no error, a sentence each. While nothing is written.
  const std::vector<std::string>& notices() const { return notices_; }

 private:
  RocksFolder(std::string name, const Options& options);

  Result<void> open_database();
  Result<void> write_or_reopen(Batch& batch) TALLY_REQUIRES(writing_);
  Result<void> reopen();
  Result<void> try_to_write(Batch& batch);

  const std::string name_;
  const std::size_t memory_bytes_;
  const std::unique_ptr<rocksdb::Env> env_;
  std::vector<std::string> notices_;

  // Guards no member: held until what was written is synced, since log_check.h counts on a power cut tearing
  // one record at most.
  Mutex writing_;
  // A sync failed. RocksDB may take it for a full disk, and would go on after that.
  std::optional<Error> lost_ TALLY_GUARDED_BY(writing_);
  mutable std::shared_mutex database_;  // alone: who opens it anew
  std::unique_ptr<rocksdb::DB> db_;     // null from when it could not be opened anew until it can
};

// Errc::internal that says what is damaged where, and what to do.
Error damaged(const std::string& folder, const std::string& what);

}  // namespace tally
