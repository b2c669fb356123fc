#include "chaos/shadow.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/file_descriptor.h"

namespace tally::chaos {

namespace {

std::string link_to(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

FileDescriptor open_file(const std::string& path, int flags) {
  return FileDescriptor(open(path.c_str(), flags | O_CLOEXEC, 0600));
}

bool write_all(int fd, const char* bytes, std::size_t size, off_t at) {
  while (size > 0) {
    const ssize_t written = pwrite(fd, bytes, size, at);
    if (written < 0) return false;
    bytes += written;
    at += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

// Makes `to` equal to `from`, writing only what differs: a log that grows is copied once.
bool copy_content(int from, int to) {
  static constexpr std::size_t kBlock = 64 * 1024;
  std::vector<char> wanted(kBlock);
  std::vector<char> present(kBlock);
  for (off_t at = 0;;) {
    const ssize_t size = pread(from, wanted.data(), kBlock, at);
    if (size < 0) return false;
    if (size == 0) return ftruncate(to, at) == 0;
    const ssize_t had = pread(to, present.data(), static_cast<std::size_t>(size), at);
    const bool same =
        had == size && std::memcmp(wanted.data(), present.data(), static_cast<std::size_t>(size)) == 0;
    if (!same && !write_all(to, wanted.data(), static_cast<std::size_t>(size), at)) return false;
    at += size;
  }
}

struct Entry {
  std::string name;
  struct stat status;
};

// False, and errno, where the folder cannot be read. An entry that is gone meanwhile is left out.
bool entries_of(const std::string& folder, std::vector<Entry>& entries) {
  DIR* const listing = opendir(folder.c_str());
  if (listing == nullptr) return false;
  while (const dirent* const next = readdir(listing)) {
    Entry entry{next->d_name, {}};
    if (entry.name == "." || entry.name == "..") continue;
    if (fstatat(dirfd(listing), next->d_name, &entry.status, AT_SYMLINK_NOFOLLOW) == 0)
      entries.push_back(std::move(entry));
  }
  closedir(listing);
  return true;
}

bool pin(const std::string& path, const std::string& name) {
  return linkat(AT_FDCWD, path.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0 || errno == EEXIST ||
         errno == ENOENT;  // removed by now: no name of it will ever be synced
}

bool remove_entries(const std::string& folder) {
  std::vector<Entry> entries;
  return entries_of(folder, entries) && std::all_of(entries.begin(), entries.end(), [&](const Entry& entry) {
           return unlink((folder + "/" + entry.name).c_str()) == 0;
         });
}

}  // namespace

Shadow::Shadow(std::string data, std::string pins, std::string synced)
    : data_(std::move(data)), pins_(std::move(pins)), synced_(std::move(synced)) {}

std::string Shadow::file(unsigned long inode, const char* kind) const {
  return synced_ + "/" + std::to_string(inode) + "." + kind;
}

bool Shadow::owns(int fd) const {
  char target[4096];
  const ssize_t size = readlink(link_to(fd).c_str(), target, sizeof target);
  if (size < 0) return false;
  const std::string path(target, static_cast<std::size_t>(size));
  return path == data_ || path.compare(0, data_.size() + 1, data_ + "/") == 0;
}

bool Shadow::record(int fd) const {
  if (!owns(fd)) return true;
  const FileDescriptor one_at_a_time = open_file(synced_ + "/lock", O_RDWR | O_CREAT);
  if (one_at_a_time.get() < 0 || flock(one_at_a_time.get(), LOCK_EX) != 0) return false;
  struct stat status {};
  if (fstat(fd, &status) != 0) return false;
  return S_ISDIR(status.st_mode) ? record_folder(fd) : record_file(fd);
}

bool Shadow::record_file(int fd) const {
  struct stat status {};
  if (fstat(fd, &status) != 0) return false;
  if (status.st_nlink == 0) return true;
  // Opened anew: the caller's descriptor may be for writing alone.
  const FileDescriptor from = open_file(link_to(fd), O_RDONLY);
  const FileDescriptor to = open_file(file(status.st_ino, "bytes"), O_RDWR | O_CREAT);
  return from.get() >= 0 && to.get() >= 0 && pin(link_to(fd), pins_ + "/" + std::to_string(status.st_ino)) &&
         copy_content(from.get(), to.get());
}

bool Shadow::record_folder(int fd) const {
  struct stat status {};
  std::vector<Entry> entries;
  if (fstat(fd, &status) != 0 || !entries_of(link_to(fd), entries)) return false;
  std::string names;
  for (const Entry& entry : entries) {
    names += std::to_string(entry.status.st_ino) + " " + entry.name + "\n";
    if (S_ISREG(entry.status.st_mode) &&
        !pin(link_to(fd) + "/" + entry.name, pins_ + "/" + std::to_string(entry.status.st_ino)))
      return false;
  }
  // At once or not at all: the program may be killed here.
  const std::string path = file(status.st_ino, "names");
  const std::string fresh = path + ".new";
  const FileDescriptor to = open_file(fresh, O_RDWR | O_CREAT | O_TRUNC);
  return to.get() >= 0 && write_all(to.get(), names.data(), names.size(), 0) &&
         std::rename(fresh.c_str(), path.c_str()) == 0;
}

bool Shadow::record_all() const {
  return remove_entries(pins_) && remove_entries(synced_) && record_tree(data_);
}

bool Shadow::record_tree(const std::string& folder) const {
  const FileDescriptor opened = open_file(folder, O_RDONLY | O_DIRECTORY);
  std::vector<Entry> entries;
  if (opened.get() < 0 || !record_folder(opened.get()) || !entries_of(folder, entries)) return false;
  return std::all_of(entries.begin(), entries.end(), [&](const Entry& entry) {
    const std::string path = folder + "/" + entry.name;
    if (S_ISDIR(entry.status.st_mode)) return record_tree(path);
    if (!S_ISREG(entry.status.st_mode)) return true;
    const FileDescriptor file = open_file(path, O_RDONLY);
    return file.get() >= 0 && record_file(file.get());
  });
}

bool Shadow::rebuild(const std::string& folder) const {
  struct stat status {};
  return stat(data_.c_str(), &status) == 0 && rebuild_folder(status.st_ino, folder);
}

bool Shadow::rebuild_folder(unsigned long inode, const std::string& folder) const {
  std::FILE* const names = std::fopen(file(inode, "names").c_str(), "re");
  if (names == nullptr) return errno == ENOENT;  // never synced: empty
  bool built = true;
  unsigned long entry = 0;
  char name[NAME_MAX + 1];
  while (built && std::fscanf(names, "%lu %255[^\n]", &entry, name) == 2) {
    const std::string path = folder + "/" + name;
    struct stat status {};
    const bool regular = stat((pins_ + "/" + std::to_string(entry)).c_str(), &status) == 0;
    if (!regular) {
      built = mkdir(path.c_str(), 0700) == 0 && rebuild_folder(entry, path);
      continue;
    }
    const FileDescriptor to = open_file(path, O_RDWR | O_CREAT | O_EXCL);
    const FileDescriptor from = open_file(file(entry, "bytes"), O_RDONLY);
    built = to.get() >= 0 && (from.get() < 0 || copy_content(from.get(), to.get()));
  }
  std::fclose(names);
  return built;
}

}  // namespace tally::chaos
