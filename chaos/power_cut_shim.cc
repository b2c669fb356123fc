// Loaded into a program (LD_PRELOAD), it remembers what the program's disk is sure to have: see
// chaos/shadow.h. Killed and rebuilt from that, the program finds what it would find after its machine lost
// power. kill -9 alone keeps the kernel's page cache, and so proves nothing about syncing.
//
// CHAOS_DATA, CHAOS_PINS and CHAOS_SYNCED name the three folders; without them it does nothing. With
// CHAOS_LYING_DISK it records nothing either: a disk that says "synced" and is not.
//
// What is not recorded: O_SYNC and O_DSYNC, msync, sync and syncfs. The programs that it is made for use none
// of them where it matters (strace says so). A sync_file_range promises nothing (its manual page), so it
// records nothing.
#include <cerrno>
#include <cstdlib>
#include <optional>

#include <dlfcn.h>
#include <fcntl.h>

#include "chaos/shadow.h"

namespace {

using Sync = int (*)(int);

std::optional<tally::chaos::Shadow> shadow_of_environment() {
  const char* const data = std::getenv("CHAOS_DATA");
  const char* const pins = std::getenv("CHAOS_PINS");
  const char* const synced = std::getenv("CHAOS_SYNCED");
  if (data == nullptr || pins == nullptr || synced == nullptr || std::getenv("CHAOS_LYING_DISK") != nullptr)
    return std::nullopt;
  return tally::chaos::Shadow(data, pins, synced);
}

int sync_and_record(const char* name, int fd) {
  static const auto kShadow = shadow_of_environment();
  const auto real = reinterpret_cast<Sync>(dlsym(RTLD_NEXT, name));
  const int status = real(fd);
  if (status != 0 || !kShadow) return status;
  const int before = errno;
  if (!kShadow->record(fd)) return -1;
  errno = before;
  return 0;
}

}  // namespace

extern "C" {

int fsync(int fd) { return sync_and_record("fsync", fd); }
int fdatasync(int fd) { return sync_and_record("fdatasync", fd); }

// A file system without preallocation, as some are: so a full disk is met at the next write, not 16 MB later.
int fallocate(int, int, off_t, off_t) {
  errno = EOPNOTSUPP;
  return -1;
}
}
