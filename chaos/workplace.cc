#include "chaos/workplace.h"

#include <cstdlib>

#include <sys/mount.h>

#include "base/check.h"

namespace tally::chaos {

Workplace::Workplace() {
  std::string name = std::filesystem::temp_directory_path() / "tally-chaos-XXXXXX";
  TALLY_CHECK(mkdtemp(name.data()) != nullptr);
  folder_ = name;
  // In memory, and seen by nobody else: the mount is in our own mount namespace.
  if (network_.apart()) TALLY_CHECK(mount("none", folder_.c_str(), "tmpfs", 0, nullptr) == 0);
}

Workplace::~Workplace() {
  std::error_code ignored;
  if (network_.apart()) umount2(folder_.c_str(), MNT_DETACH);
  std::filesystem::remove_all(folder_, ignored);
}

std::string Workplace::description() const {
  if (network_.apart()) return "each program in a network namespace, its disk a file system, of its own";
  return "NO PARTITIONS AND NO FULL DISKS, since all programs share this machine's network and disk: " +
         network_.why_not_apart();
}

}  // namespace tally::chaos
