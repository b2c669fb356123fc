#include "chaos/disk.h"

#include <fstream>
#include <utility>

#include <sys/mount.h>

#include "base/check.h"

namespace tally::chaos {

namespace fs = std::filesystem;

namespace {

constexpr const char* kDiskSize = "size=64m";

// Files of this size fill the disk until not one of them fits: less is left than any program asks for at
// once.
constexpr std::size_t kFillBytes = 4096;

}  // namespace

//     folder/disk/data   what the program sees          folder/synced   what is sure (shadow.h)
//     folder/disk/pins   names that keep inodes         folder/copy     an old copy of data
Disk::Disk(fs::path folder, bool own)
    : folder_(std::move(folder)),
      own_(own),
      data_(folder_ / "disk/data"),
      shadow_(data_, folder_ / "disk/pins", folder_ / "synced") {
  fs::create_directories(folder_ / "disk");
  if (own_) TALLY_CHECK(mount("none", (folder_ / "disk").c_str(), "tmpfs", 0, kDiskSize) == 0);
  for (const char* made : {"disk/data", "disk/pins", "synced"}) fs::create_directories(folder_ / made);
}

std::vector<std::string> Disk::environment() const {
  return {"CHAOS_DATA=" + data_.string(), "CHAOS_PINS=" + (folder_ / "disk/pins").string(),
          "CHAOS_SYNCED=" + (folder_ / "synced").string()};
}

void Disk::settle() { TALLY_CHECK(shadow_.record_all()); }

void Disk::cut_power() {
  const fs::path sure = folder_ / "sure";
  fs::remove_all(sure);
  fs::create_directories(sure);
  TALLY_CHECK(shadow_.rebuild(sure));
  replace_data(sure);
}

void Disk::wipe() {
  const fs::path nothing = folder_ / "nothing";
  fs::create_directories(nothing);
  replace_data(nothing);
}

void Disk::keep_copy(Instant now) {
  fs::remove_all(folder_ / "copy");
  fs::copy(data_, folder_ / "copy", fs::copy_options::recursive);
  copied_ = now;
}

void Disk::roll_back() {
  TALLY_CHECK(copied_.has_value());
  replace_data(folder_ / "copy");
}

void Disk::replace_data(const fs::path& by) {
  make_room();
  for (const auto& entry : fs::directory_iterator(data_)) fs::remove_all(entry.path());
  settle();  // lets go of what was removed
  fs::copy(by, data_, fs::copy_options::recursive);
  settle();
}

void Disk::fill() {
  TALLY_CHECK(own_);
  std::ofstream filler(folder_ / "disk/filler", std::ios::binary);
  const std::string block(kFillBytes, 'x');
  while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
  }
}

void Disk::make_room() { fs::remove(folder_ / "disk/filler"); }

}  // namespace tally::chaos
