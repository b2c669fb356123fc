#include "store/filled_logs.h"

#include <string>
#include <string_view>
#include <utility>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/system_clock.h>

namespace tally {

namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// An append this many times smaller than a step is small.
constexpr std::size_t kSmall = 8;

class FilledLog : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FilledLog(std::unique_ptr<rocksdb::FSWritableFile> file, std::size_t step)
      : FSWritableFileOwnerWrapper(std::move(file)), step_(step) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    auto written = target()->PositionedAppend(data, size_, options, debug);
    if (!written.ok()) return written;
    size_ += data.size();
    if (size_ > filled_ && data.size() < step_ / kSmall) fill(options, debug);
    return written;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }

  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    // Zeros that stay behind are harmless.
    if (size_ < filled_) target()->Truncate(size_, options, debug).PermitUncheckedError();
    return target()->Close(options, debug);
  }

  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return size_; }

  // RocksDB's own way to have room ahead, which leaves the length as it is.
  void SetPreallocationBlockSize(std::size_t) override {}
  void PrepareWrite(std::size_t, std::size_t, const IOOptions&, IODebugContext*) override {}
  IOStatus Allocate(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

 private:
  void fill(const IOOptions& options, IODebugContext* debug) {
    filled_ = (size_ / step_ + 1) * step_;
    const std::string zeros(filled_ - size_, '\0');
    if (target()->PositionedAppend(zeros, size_, options, debug).ok()) return;
    // The room is left to what is to be kept.
    target()->Truncate(size_, options, debug).PermitUncheckedError();
    filled_ = ~std::uint64_t{0};
  }

  const std::uint64_t step_;
  std::uint64_t size_ = 0;    // what was appended
  std::uint64_t filled_ = 0;  // up to here the file needs not grow, or will not be filled
};

class FilledLogs : public rocksdb::FileSystemWrapper {
 public:
  FilledLogs(const std::shared_ptr<rocksdb::FileSystem>& files, std::size_t step)
      : FileSystemWrapper(files), step_(step) {}
  const char* Name() const override { return "FilledLogs"; }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    auto made = target()->NewWritableFile(path, options, file, debug);
    if (made.ok() && std::string_view(path).substr(path.rfind('.') + 1) == "log") {
      *file = std::make_unique<FilledLog>(std::move(*file), step_);
    }
    return made;
  }

 private:
  const std::size_t step_;
};

class FilledEnv : public rocksdb::EnvWrapper {
 public:
  FilledEnv(rocksdb::Env& system, std::size_t step) : EnvWrapper(&system) {
    file_system_ = std::make_shared<FilledLogs>(system.GetFileSystem(), step);
    system_clock_ = system.GetSystemClock();
  }
};

}  // namespace

std::unique_ptr<rocksdb::Env> fill_logs(rocksdb::Env& system, std::size_t step) {
  return std::make_unique<FilledEnv>(system, step);
}

}  // namespace tally
