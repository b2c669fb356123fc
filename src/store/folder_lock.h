// A folder that is ours alone, among all processes of this machine, for as long as this lives.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace tally {

class FolderLock {
 public:
  // The name of the file that bears the lock. It stays behind, and means nothing by itself.
  static constexpr const char* kFile = "tally.lock";

  // Makes the folder if there is none, its parents too; it is still there after a power cut. Errors:
  // Errc::invalid where another process has it, where something else has its name, or where it cannot be
  // written; Errc::full.
  static Result<FolderLock> take(const std::filesystem::path& folder);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

  // False once the lock's file was deleted, as with a whole folder: what is synced there now is found by
  // nobody again.
  bool in_place() const;

 private:
  explicit FolderLock(int file) : file_(file) {}

  int file_;
};

}  // namespace tally
