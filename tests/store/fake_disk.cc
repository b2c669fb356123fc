#include "tests/store/fake_disk.h"

#include <algorithm>
#include <cstdarg>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include <rocksdb/system_clock.h>

namespace tally {

namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr std::size_t kSector = 512;

struct Bytes {
  // Keeps what the sectors from `at` on hold, up to `end`: a power cut may bring it back.
  void keep(std::size_t at, std::size_t end) {
    for (at -= at % kSector; at < end; at += kSector) overwritten.try_emplace(at, all.substr(at, kSector));
  }

  void make_safe() {
    safe = all.size();
    overwritten.clear();
  }
  void cut(std::size_t size) {
    all.resize(size);
    safe = std::min(safe, size);
    overwritten.erase(overwritten.lower_bound(size), overwritten.end());
    if (!overwritten.empty()) {
      auto& [at, sector] = *overwritten.rbegin();
      sector.resize(std::min(sector.size(), size - at));
    }
  }

  std::string all;
  std::size_t safe = 0;
  std::map<std::size_t, std::string> overwritten{};  // sectors, as they were when last synced or appended
  bool spoiled = false;                              // a sync failed: the kernel forgot what it was to write
};
using Names = std::map<std::string, std::shared_ptr<Bytes>>;

// RocksDB does not open without a log of its own.
struct Silence : rocksdb::Logger {
  using Logger::Logv;
  void Logv(const char*, std::va_list) override {}
  std::size_t GetLogFileSize() const override { return 0; }
};

// RocksDB sleeps a second after a flush that failed. The disk here is better, or not, when the test says so.
class Sleepless : public rocksdb::SystemClockWrapper {
 public:
  Sleepless() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}
  const char* Name() const override { return "Sleepless"; }
  void SleepForMicroseconds(int) override { std::this_thread::yield(); }
};

class FakeEnv : public rocksdb::EnvWrapper {
 public:
  explicit FakeEnv(const std::shared_ptr<rocksdb::FileSystem>& files)
      : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    system_clock_ = std::make_shared<Sleepless>();
  }
};

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::string plain(const std::string& path) {
  return path.size() > 1 && path.back() == '/' ? path.substr(0, path.size() - 1) : path;
}

}  // namespace

class FakeDisk::Files : public rocksdb::FileSystemWrapper {
 public:
  Files() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  static const char* kClassName() { return "FakeDisk"; }
  const char* Name() const override { return kClassName(); }

  // ---- what the tests do to it

  std::mutex mutex_;
  Names names_;
  // What a power cut may bring back: the names as they were when their folder was last synced, and as every
  // change since then left them. File systems keep such changes in order, and RocksDB counts on it.
  std::vector<Names> kept_names_{{}};
  std::set<std::string> folders_;
  std::uint64_t changes_left_ = ~std::uint64_t{0};
  std::uint64_t room_ = ~std::uint64_t{0};
  std::string failing_sync_;
  IOStatus failure_;

  // `lucky` answers how many of so many unsynced bytes, or sectors, came through.
  template <class Lucky>
  void come_back_with(Names names, Lucky lucky) {
    names_ = std::move(names);
    kept_names_ = {names_};
    for (auto& [path, bytes] : names_) {
      for (const auto& [at, sector] : bytes->overwritten) {
        if (lucky(1) == 0) bytes->all.replace(at, sector.size(), sector);
      }
      bytes->overwritten.clear();
      bytes->safe += lucky(bytes->all.size() - bytes->safe);
      bytes->all.resize(bytes->safe);
      bytes->spoiled = false;
    }
    changes_left_ = ~std::uint64_t{0};
    failing_sync_.clear();
  }

  // ---- what files do

  // Counts a change, under the mutex; says no when the power is gone.
  IOStatus change() {
    if (changes_left_ == 0) return IOStatus::IOError("the power is gone");
    --changes_left_;
    return IOStatus::OK();
  }

  std::size_t size_of(const Bytes& bytes) {
    const std::lock_guard lock(mutex_);
    return bytes.all.size();
  }

  IOStatus write(Bytes& bytes, std::size_t at, const Slice& data) {
    const std::lock_guard lock(mutex_);
    if (auto changed = change(); !changed.ok()) return changed;
    const std::size_t over = std::min(bytes.all.size() - at, data.size());
    bytes.keep(at, at + over);
    bytes.all.replace(at, over, data.data(), over);
    const std::size_t fits = std::min<std::uint64_t>(data.size() - over, room_);
    bytes.all.append(data.data() + over, fits);
    if (room_ != ~std::uint64_t{0}) room_ -= fits;
    return over + fits == data.size() ? IOStatus::OK() : IOStatus::NoSpace("the disk is full");
  }

  // The length is as safe as if it were synced: nobody here counts on what was cut off.
  IOStatus truncate(Bytes& bytes, std::size_t size) {
    const std::lock_guard lock(mutex_);
    if (auto changed = change(); !changed.ok()) return changed;
    if (room_ != ~std::uint64_t{0}) room_ += bytes.all.size() - size;
    bytes.cut(size);
    return IOStatus::OK();
  }

  IOStatus sync(Bytes& bytes, const std::string& path) {
    const std::lock_guard lock(mutex_);
    if (auto changed = change(); !changed.ok()) return changed;
    if (!failing_sync_.empty() && path.size() >= failing_sync_.size() &&
        path.compare(path.size() - failing_sync_.size(), std::string::npos, failing_sync_) == 0) {
      failing_sync_.clear();
      bytes.spoiled = true;
      return failure_;
    }
    if (!bytes.spoiled) bytes.make_safe();
    return IOStatus::OK();
  }

  IOStatus sync_folder() {
    const std::lock_guard lock(mutex_);
    if (auto changed = change(); !changed.ok()) return changed;
    kept_names_ = {names_};
    return IOStatus::OK();
  }

  // ---- what RocksDB asks for

  IOStatus NewSequentialFile(const std::string& path, const FileOptions&,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext*) override;
  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions&,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file, IODebugContext*) override;
  IOStatus NewWritableFile(const std::string& path, const FileOptions&,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext*) override;
  IOStatus NewDirectory(const std::string& path, const IOOptions&,
                        std::unique_ptr<rocksdb::FSDirectory>* folder, IODebugContext*) override;
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions&,
                              std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext*) override;
  IOStatus NewLogger(const std::string&, const IOOptions&, std::shared_ptr<rocksdb::Logger>* logger,
                     IODebugContext*) override {
    *logger = std::make_shared<Silence>();
    return IOStatus::OK();
  }

  IOStatus FileExists(const std::string& path, const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    return names_.count(path) + folders_.count(plain(path)) > 0 ? IOStatus::OK() : IOStatus::NotFound();
  }
  IOStatus GetChildren(const std::string& path, const IOOptions&, std::vector<std::string>* children,
                       IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    children->clear();
    if (folders_.count(plain(path)) == 0) return IOStatus::NotFound();
    for (const auto& [name, bytes] : names_) {
      if (folder_of(name) == plain(path)) children->push_back(name.substr(plain(path).size() + 1));
    }
    return IOStatus::OK();
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    if (auto changed = change(); !changed.ok()) return changed;
    if (names_.erase(path) == 0) return IOStatus::NotFound(path);
    kept_names_.push_back(names_);
    return IOStatus::OK();
  }
  IOStatus CreateDir(const std::string& path, const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    folders_.insert(plain(path));
    return IOStatus::OK();
  }
  IOStatus CreateDirIfMissing(const std::string& path, const IOOptions& options,
                              IODebugContext* debug) override {
    return CreateDir(path, options, debug);
  }
  IOStatus GetFileSize(const std::string& path, const IOOptions&, std::uint64_t* size,
                       IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    const auto file = names_.find(path);
    if (file == names_.end()) return IOStatus::NotFound(path);
    *size = file->second->all.size();
    return IOStatus::OK();
  }
  IOStatus GetFileModificationTime(const std::string&, const IOOptions&, std::uint64_t* time,
                                   IODebugContext*) override {
    *time = 0;
    return IOStatus::OK();
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&,
                      IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    if (auto changed = change(); !changed.ok()) return changed;
    auto file = names_.extract(from);
    if (file.empty()) return IOStatus::NotFound(from);
    names_[to] = file.mapped();
    kept_names_.push_back(names_);
    return IOStatus::OK();
  }
  IOStatus LinkFile(const std::string&, const std::string&, const IOOptions&, IODebugContext*) override {
    return IOStatus::NotSupported("links");
  }
  IOStatus LockFile(const std::string&, const IOOptions&, rocksdb::FileLock** lock,
                    IODebugContext*) override {
    *lock = new rocksdb::FileLock();
    return IOStatus::OK();
  }
  IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) override {
    delete lock;
    return IOStatus::OK();
  }
  IOStatus IsDirectory(const std::string& path, const IOOptions&, bool* is, IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    *is = folders_.count(plain(path)) > 0;
    return IOStatus::OK();
  }
  IOStatus GetFreeSpace(const std::string&, const IOOptions&, std::uint64_t* free, IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    *free = room_;
    return IOStatus::OK();
  }

 private:
  class Reader;
  class Places;
  class Writer;
  class Folder;

  std::shared_ptr<Bytes> find(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto file = names_.find(path);
    return file == names_.end() ? nullptr : file->second;
  }
};

class FakeDisk::Files::Reader : public rocksdb::FSSequentialFile {
 public:
  Reader(Files& disk, std::shared_ptr<Bytes> bytes) : disk_(disk), bytes_(std::move(bytes)) {}

  IOStatus Read(std::size_t count, const IOOptions&, Slice* result, char* scratch, IODebugContext*) override {
    const std::lock_guard lock(disk_.mutex_);
    const std::size_t got = std::min(count, bytes_->all.size() - std::min(at_, bytes_->all.size()));
    std::memcpy(scratch, bytes_->all.data() + at_, got);
    at_ += got;
    *result = Slice(scratch, got);
    return IOStatus::OK();
  }
  IOStatus Skip(std::uint64_t count) override {
    at_ += count;
    return IOStatus::OK();
  }

 private:
  Files& disk_;
  std::shared_ptr<Bytes> bytes_;
  std::size_t at_ = 0;
};

class FakeDisk::Files::Places : public rocksdb::FSRandomAccessFile {
 public:
  Places(Files& disk, std::shared_ptr<Bytes> bytes) : disk_(disk), bytes_(std::move(bytes)) {}

  IOStatus Read(std::uint64_t at, std::size_t count, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    const std::lock_guard lock(disk_.mutex_);
    const std::size_t got = at >= bytes_->all.size() ? 0 : std::min(count, bytes_->all.size() - at);
    std::memcpy(scratch, bytes_->all.data() + (got == 0 ? 0 : at), got);
    *result = Slice(scratch, got);
    return IOStatus::OK();
  }

 private:
  Files& disk_;
  std::shared_ptr<Bytes> bytes_;
};

class FakeDisk::Files::Writer : public rocksdb::FSWritableFile {
 public:
  Writer(Files& disk, std::string path, std::shared_ptr<Bytes> bytes)
      : disk_(disk), path_(std::move(path)), bytes_(std::move(bytes)) {}

  using FSWritableFile::Append;
  IOStatus Append(const Slice& more, const IOOptions&, IODebugContext*) override {
    return disk_.write(*bytes_, disk_.size_of(*bytes_), more);
  }
  using FSWritableFile::PositionedAppend;
  IOStatus PositionedAppend(const Slice& data, std::uint64_t at, const IOOptions&, IODebugContext*) override {
    return disk_.write(*bytes_, at, data);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override {
    return disk_.truncate(*bytes_, size);
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return disk_.sync(*bytes_, path_); }
  bool IsSyncThreadSafe() const override { return true; }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return disk_.size_of(*bytes_); }

 private:
  Files& disk_;
  const std::string path_;
  std::shared_ptr<Bytes> bytes_;
};

class FakeDisk::Files::Folder : public rocksdb::FSDirectory {
 public:
  explicit Folder(Files& disk) : disk_(disk) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return disk_.sync_folder(); }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  Files& disk_;
};

IOStatus FakeDisk::Files::NewSequentialFile(const std::string& path, const FileOptions&,
                                            std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                            IODebugContext*) {
  auto bytes = find(path);
  if (!bytes) return IOStatus::PathNotFound(path);
  *file = std::make_unique<Reader>(*this, std::move(bytes));
  return IOStatus::OK();
}

IOStatus FakeDisk::Files::NewRandomAccessFile(const std::string& path, const FileOptions&,
                                              std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                              IODebugContext*) {
  auto bytes = find(path);
  if (!bytes) return IOStatus::PathNotFound(path);
  *file = std::make_unique<Places>(*this, std::move(bytes));
  return IOStatus::OK();
}

IOStatus FakeDisk::Files::NewWritableFile(const std::string& path, const FileOptions&,
                                          std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (auto changed = change(); !changed.ok()) return changed;
  auto bytes = std::make_shared<Bytes>();
  names_[path] = bytes;
  kept_names_.push_back(names_);
  *file = std::make_unique<Writer>(*this, path, std::move(bytes));
  return IOStatus::OK();
}

IOStatus FakeDisk::Files::ReopenWritableFile(const std::string& path, const FileOptions&,
                                             std::unique_ptr<rocksdb::FSWritableFile>* file,
                                             IODebugContext*) {
  auto bytes = find(path);
  if (!bytes) return IOStatus::PathNotFound(path);
  *file = std::make_unique<Writer>(*this, path, std::move(bytes));
  return IOStatus::OK();
}

IOStatus FakeDisk::Files::NewDirectory(const std::string&, const IOOptions&,
                                       std::unique_ptr<rocksdb::FSDirectory>* folder, IODebugContext*) {
  *folder = std::make_unique<Folder>(*this);
  return IOStatus::OK();
}

FakeDisk::FakeDisk() : files_(std::make_shared<Files>()), env_(std::make_unique<FakeEnv>(files_)) {}
FakeDisk::~FakeDisk() = default;

FakeDisk::FakeDisk(const FakeDisk& other) : FakeDisk() {
  const std::lock_guard lock(other.files_->mutex_);
  for (const auto& [path, bytes] : other.files_->names_) {
    files_->names_[path] = std::make_shared<Bytes>(Bytes{bytes->all, bytes->all.size()});
  }
  files_->kept_names_ = {files_->names_};
  files_->folders_ = other.files_->folders_;
}

void FakeDisk::lose_power_after(std::uint64_t changes) {
  const std::lock_guard lock(files_->mutex_);
  files_->changes_left_ = changes;
}

void FakeDisk::cut_power() {
  const std::lock_guard lock(files_->mutex_);
  files_->come_back_with(Names(files_->kept_names_.front()), [](std::size_t) { return std::size_t{0}; });
}

void FakeDisk::cut_power(Random& random) {
  const std::lock_guard lock(files_->mutex_);
  Names names = files_->kept_names_[random.below(files_->kept_names_.size())];
  files_->come_back_with(std::move(names), [&](std::size_t unsynced) { return random.below(unsynced + 1); });
}

void FakeDisk::leave_room(std::uint64_t bytes) {
  const std::lock_guard lock(files_->mutex_);
  files_->room_ = bytes;
}

void FakeDisk::fail_next_sync(const std::string& suffix, bool for_want_of_room) {
  const std::lock_guard lock(files_->mutex_);
  files_->failing_sync_ = suffix;
  files_->failure_ =
      for_want_of_room ? IOStatus::NoSpace("the sync failed") : IOStatus::IOError("the sync failed");
}

std::vector<std::string> FakeDisk::files() const {
  const std::lock_guard lock(files_->mutex_);
  std::vector<std::string> paths;
  for (const auto& [path, bytes] : files_->names_) paths.push_back(path);
  return paths;
}

std::uint64_t FakeDisk::size(const std::string& path) const {
  const std::lock_guard lock(files_->mutex_);
  return files_->names_.at(path)->all.size();
}

std::uint64_t FakeDisk::written(const std::string& path) const {
  const std::lock_guard lock(files_->mutex_);
  return files_->names_.at(path)->all.find_last_not_of('\0') + 1;
}

void FakeDisk::flip(const std::string& path, std::uint64_t at, unsigned char bits) {
  const std::lock_guard lock(files_->mutex_);
  char& byte = files_->names_.at(path)->all.at(at);
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ bits);
}

void FakeDisk::truncate(const std::string& path, std::uint64_t size) {
  const std::lock_guard lock(files_->mutex_);
  files_->names_.at(path)->cut(size);
}

}  // namespace tally
