#include "net/private_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tally::net {

namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20;

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

Error about(const std::string& path, const std::string& what) { return {Errc::invalid, path + " " + what}; }

Error failed(const std::string& path, const char* to, int error) {
  return about(path, "cannot be " + std::string(to) + ": " + std::strerror(error) +
                         ". Name a file that this user may use.");
}

Result<void> check(const std::string& path, const File& file) {
  struct stat status {};
  if (fstat(file.fd(), &status) != 0) return failed(path, "read", errno);
  if (!S_ISREG(status.st_mode)) return about(path, "is no file: name one.");
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return about(path, "may be written by others than its owner: say 'chmod go-w' of it, and look at it.");
  }
  return {};
}

Result<std::string> text_of(const std::string& path, const File& file) {
  std::string text(kLargestFile + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = read(file.fd(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, "read", errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kLargestFile) return about(path, "is over 1 MiB: name another file.");
  text.resize(size);
  return text;
}

}  // namespace

Result<std::string> read_private_file(const std::string& path) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // what is no file shall not block
  if (file.fd() < 0) return failed(path, "read", errno);
  if (const auto checked = check(path, file); !checked) return checked.error();
  return text_of(path, file);
}

Result<void> append_to_private_file(const std::string& path, const std::string& text) {
  const File file(
      open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, S_IRUSR | S_IWUSR));
  if (file.fd() < 0) return failed(path, "written", errno);
  if (const auto checked = check(path, file); !checked) return checked.error();
  const auto before = text_of(path, file);
  if (!before) return before.error();
  const std::string piece = (before->empty() || before->ends_with('\n') ? "" : "\n") + text;
  const ssize_t written = write(file.fd(), piece.data(), piece.size());
  if (std::cmp_equal(written, piece.size())) return {};
  return failed(path, "written", written < 0 ? errno : ENOSPC);
}

}  // namespace tally::net
