#include "store/folder_lock.h"

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tally {

namespace {

namespace fs = std::filesystem;

Error cannot(const std::string& what, const fs::path& folder, int reason) {
  return Error{reason == ENOSPC || reason == EDQUOT ? Errc::full : Errc::invalid,
               "Cannot " + what + " the data folder " + folder.string() + ": " +
                   std::generic_category().message(reason) +
                   ". Give this server a folder that it may write to, with room in it (--data)."};
}

// A folder's name is safe once the folder around it is synced.
int sync_folder(const fs::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return errno;
  const int failed = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  return failed;
}

int make_durably(const fs::path& folder) {
  std::error_code failed;
  if (fs::is_directory(folder, failed)) return 0;
  if (fs::exists(folder, failed)) return ENOTDIR;
  const fs::path parent = folder.parent_path();
  if (parent != folder) {
    if (const int reason = make_durably(parent); reason != 0) return reason;
  }
  fs::create_directory(folder, failed);
  return failed ? failed.value() : sync_folder(parent);
}

constexpr std::size_t kHolder = 12;  // bytes in the file: a process's number and blanks

// Who holds it, as that process wrote; empty if it did not come to that.
std::string holder(int file) {
  char text[kHolder];
  const ssize_t size = ::pread(file, text, sizeof text, 0);
  const std::string_view process(text, size < 0 ? 0 : static_cast<std::size_t>(size));
  return process.empty() ? std::string() : " " + std::string(process.substr(0, process.find(' ')));
}

}  // namespace

Result<FolderLock> FolderLock::take(const fs::path& folder) {
  std::error_code failed;
  fs::path whole = fs::absolute(folder, failed).lexically_normal();
  if (failed) return cannot("find", folder, failed.value());
  if (!whole.has_filename()) whole = whole.parent_path();  // "data/" is "data"
  if (const int reason = make_durably(whole); reason != 0) return cannot("make", folder, reason);

  const int file = ::open((whole / kFile).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return cannot("write to", folder, errno);
  FolderLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return cannot("lock", folder, errno);
    return Error{Errc::invalid, "The data folder " + folder.string() + " is in use by process" +
                                    holder(file) +
                                    ". Stop that one, or give this server a folder of its own (--data)."};
  }
  std::string process = std::to_string(::getpid());
  process.resize(kHolder, ' ');  // over what stood there: truncating would have ext4 flush when it is closed
  // Only for the message above: that it could not be written is no reason not to start.
  if (::pwrite(file, process.data(), process.size(), 0) < 0) errno = 0;
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

bool FolderLock::in_place() const {
  struct stat state {};
  return ::fstat(file_, &state) == 0 && state.st_nlink > 0;
}

FolderLock::~FolderLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace tally
