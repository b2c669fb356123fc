#include "store/rocks_folder.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include "store/filled_logs.h"
#include "store/folder_lock.h"
#include "store/log_check.h"

namespace tally {

namespace {

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

// When its disk is full, RocksDB would look for room by itself, and go on as reopen() says that we don't.
class NoRecoveryOfItsOwn : public rocksdb::EventListener {
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* automatic) override {
    *automatic = false;
  }
};

rocksdb::Options database_options(std::size_t memory_bytes, rocksdb::Env& env) {
  rocksdb::Options made;
  made.env = &env;
  made.create_if_missing = true;
  made.write_buffer_size = memory_bytes;
  made.paranoid_checks = true;
  // The default ends at the first record that it cannot read, be it in the middle, and says nothing.
  made.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  made.track_and_verify_wals_in_manifest = true;
  made.max_bgerror_resume_count = 0;  // what failed is tried again by us or not at all
  made.listeners.push_back(std::make_shared<NoRecoveryOfItsOwn>());
  // Its own log, for the curious: short, and silent while all is well.
  made.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  made.max_log_file_size = 1024 * 1024;
  made.keep_log_file_num = 2;
  made.stats_dump_period_sec = 0;
  made.stats_persist_period_sec = 0;
  return made;
}

Error no_room(const std::string& folder) {
  return Error{Errc::full, "The disk of the data folder " + folder +
                               " is full; nothing was written. Make room: no restart is needed."};
}

Error lost(const std::string& folder, const std::string& what, const rocksdb::Status& status) {
  return Error{Errc::internal,
               "The data folder " + folder + " " + what + ": " + status.ToString() +
                   ". Look after the disk, then start again: what was acknowledged is read back."};
}

bool has_suffix(const std::string& name, std::string_view suffix) {
  return name.size() >= suffix.size() && std::string_view(name).substr(name.size() - suffix.size()) == suffix;
}

bool is_log_of_records(const std::string& name) {
  return has_suffix(name, ".log") || name.compare(0, 9, "MANIFEST-") == 0;
}

// What may lie in a folder before RocksDB was opened there for the first time, or as far as that came.
bool is_expected(const std::string& name) {
  if (is_log_of_records(name) || has_suffix(name, ".dbtmp")) return true;
  for (const char* known : {".", "..", FolderLock::kFile, "lost+found", "LOCK", "LOG", "IDENTITY"}) {
    if (name == known) return true;
  }
  return name.compare(0, 4, "LOG.") == 0 || name.compare(0, 8, "OPTIONS-") == 0;
}

rocksdb::Status truncate(const std::string& path, std::size_t size, rocksdb::Env& env) {
  std::unique_ptr<rocksdb::WritableFile> file;
  auto done = env.ReopenWritableFile(path, &file, rocksdb::EnvOptions());
  if (done.ok()) done = file->Truncate(size);
  if (done.ok()) done = file->Close();
  return done;
}

// Cuts off what lies behind a log's end: zeros, and what a power cut or a full disk tore.
//
// `notices`: what somebody may want to know of an end that is cut off, a sentence each.
Result<void> check_files(const std::string& folder, rocksdb::Env& env, std::vector<std::string>& notices) {
  std::vector<std::string> files;
  if (const auto listed = env.GetChildren(folder, &files); !listed.ok() && !listed.IsNotFound()) {
    return damaged(folder, "cannot be listed: " + listed.ToString());
  }
  const bool begun = std::find(files.begin(), files.end(), "CURRENT") != files.end();
  const auto strange = std::find_if_not(files.begin(), files.end(), is_expected);
  const auto some = [&files](std::string_view suffix) {
    return std::any_of(files.begin(), files.end(),
                       [suffix](const auto& file) { return has_suffix(file, suffix); });
  };
  if (!begun && some(".sst")) return damaged(folder, "lost its file 'CURRENT'");
  // RocksDB writes its options once it has made its first log, and from then on there is always a log.
  const bool opened_before = std::any_of(files.begin(), files.end(), [](const std::string& file) {
    return file.compare(0, 8, "OPTIONS-") == 0;
  });
  if (begun && opened_before && !some(".log")) return damaged(folder, "lost its newest log");
  if (!begun && strange != files.end()) {
    return Error{Errc::invalid,
                 "The folder " + folder + " holds '" + *strange +
                     "', which is not Tally's; nothing was touched. Name a data folder that is "
                     "empty or does not exist yet (--data)."};
  }
  std::vector<std::pair<std::string, std::size_t>> ends;
  for (const std::string& file : files) {
    if (!is_log_of_records(file)) continue;
    std::string bytes;
    if (const auto read = rocksdb::ReadFileToString(&env, folder + "/" + file, &bytes); !read.ok()) {
      return damaged(folder, "has a file '" + file + "' that cannot be read: " + read.ToString());
    }
    const LogEnd end = find_end(bytes);
    if (end.damaged) {
      return damaged(folder,
                     "has a damaged file '" + file + "', from byte " + std::to_string(end.at) + " on");
    }
    if (!has_suffix(file, ".log") || end.at == bytes.size()) continue;
    ends.emplace_back(file, end.at);
    if (const std::size_t last = bytes.find_last_not_of('\0'); last != std::string::npos && last >= end.at) {
      notices.push_back("The log '" + file + "' of the data folder " + folder + " breaks off: " +
                        std::to_string(last + 1 - end.at) + " bytes behind byte " + std::to_string(end.at) +
                        " are cut off. That is a record that was being written when the machine stopped, and "
                        "was not acknowledged; if nothing of that kind happened, the disk lost something.");
    }
  }
  // Nothing is touched before all is known to be sound.
  for (const auto& [file, end] : ends) {
    if (const auto cut = truncate(folder + "/" + file, end, env); !cut.ok()) {
      return damaged(folder, "has a file '" + file + "' whose torn end cannot be cut off: " + cut.ToString());
    }
  }
  return {};
}

}  // namespace

Error damaged(const std::string& folder, const std::string& what) {
  return Error{
      Errc::internal,
      "The data folder " + folder + " " + what +
          ". What was acknowledged may be lost there, so this server does not start. Move the folder "
          "away and start again: the other servers give back what they hold. Keep it, or restore it "
          "from a copy, if none does."};
}

RocksFolder::Batch::Batch() : changes_(std::make_unique<rocksdb::WriteBatch>()) {}
RocksFolder::Batch::~Batch() = default;
void RocksFolder::Batch::clear() { changes_->Clear(); }

// A WriteBatch's own errors are of what we do not ask for (limits, checksums): write() would say so.
void RocksFolder::Batch::put(std::string_view key, std::string_view value) {
  static_cast<void>(changes_->Put(slice(key), slice(value)));
}

void RocksFolder::Batch::erase(std::string_view first, std::string_view end) {
  static_cast<void>(changes_->DeleteRange(slice(first), slice(end)));
}

Result<std::unique_ptr<RocksFolder>> RocksFolder::open(const std::filesystem::path& folder,
                                                       const Options& options) {
  std::unique_ptr<RocksFolder> opened(new RocksFolder(folder.string(), options));
  if (auto done = opened->open_database(); !done) return done.error();
  return opened;
}

RocksFolder::RocksFolder(std::string name, const Options& options)
    : name_(std::move(name)),
      memory_bytes_(options.memory_bytes),
      env_(fill_logs(options.env == nullptr ? *rocksdb::Env::Default() : *options.env, options.log_step)) {}
RocksFolder::~RocksFolder() = default;

Result<void> RocksFolder::open_database() {
  notices_.clear();
  if (auto checked = check_files(name_, *env_, notices_); !checked) return checked;
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::Open(database_options(memory_bytes_, *env_), name_, &opened);
  db_.reset(opened);
  if (status.IsNoSpace()) return no_room(name_);
  if (!status.ok()) return damaged(name_, "cannot be opened: " + status.ToString());
  return {};
}

Result<void> RocksFolder::put(std::string_view key, std::string_view value) {
  Batch batch;
  batch.put(key, value);
  return write(batch);
}

Result<void> RocksFolder::write(Batch& batch) {
  // For the log alone: what a record ends with is not zero, so that its last sector, however little of it, is
  // seen to be missing (log_check.h).
  static_cast<void>(batch.changes_->PutLogData("."));
  const MutexLock alone(writing_);
  if (lost_) return *lost_;
  auto written = write_or_reopen(batch);
  if (!written && written.error().code == Errc::internal) lost_ = written.error();
  return written;
}

Result<void> RocksFolder::write_or_reopen(Batch& batch) {
  {
    const std::shared_lock lock(database_);
    if (auto tried = try_to_write(batch); tried || tried.error().code != Errc::full) return tried;
  }
  const std::unique_lock lock(database_);
  if (auto reopened = reopen(); !reopened) return reopened;
  return try_to_write(batch);
}

// The sync is apart from the write, so that a disk that is full when appending, which is harmless, is not
// taken for one that is when syncing, nor the other way round.
Result<void> RocksFolder::try_to_write(Batch& batch) {
  if (db_ == nullptr) return no_room(name_);
  const auto written = db_->Write(rocksdb::WriteOptions(), batch.changes_.get());
  if (written.IsNoSpace()) return no_room(name_);
  if (!written.ok()) return lost(name_, "could not be written to", written);
  if (const auto synced = db_->SyncWAL(); !synced.ok()) return lost(name_, "could not be synced", synced);
  return {};
}

// A log whose end was torn by a full disk is left as it is after a crash: by opening anew. (RocksDB's own
// way, Resume(), goes on behind the torn end if it has nothing in memory to flush, where no recovery looks.)
Result<void> RocksFolder::reopen() {
  std::uint64_t free = 0;
  const auto asked = env_->GetFileSystem()->GetFreeSpace(name_, rocksdb::IOOptions(), &free, /*dbg=*/nullptr);
  if (asked.ok() && free < memory_bytes_) return no_room(name_);
  db_.reset();
  return open_database();
}

Result<std::optional<std::string>> RocksFolder::get(std::string_view key) const {
  const std::shared_lock lock(database_);
  if (db_ == nullptr) return no_room(name_);
  std::string value;
  const auto got = db_->Get(rocksdb::ReadOptions(), slice(key), &value);
  if (got.IsNotFound()) return std::optional<std::string>();
  if (!got.ok()) return damaged(name_, "cannot be read: " + got.ToString());
  return std::optional(std::move(value));
}

Result<void> RocksFolder::each(std::string_view prefix, const Visitor& visit) const {
  const std::shared_lock lock(database_);
  if (db_ == nullptr) return no_room(name_);
  const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(rocksdb::ReadOptions()));
  for (at->Seek(slice(prefix)); at->Valid() && at->key().starts_with(slice(prefix)); at->Next()) {
    if (auto visited = visit(view(at->key()), view(at->value())); !visited) return visited;
  }
  if (!at->status().ok()) return damaged(name_, "cannot be read: " + at->status().ToString());
  return {};
}

}  // namespace tally
