// The disk of one machine: a data folder that can fill up, lose its power, get lost, or come back old.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/duration.h"
#include "chaos/shadow.h"

namespace tally::chaos {

// But for fill() and make_room(), the machine's program is not running.
class Disk {
 public:
  // In `folder`, which is made. With `own`, the disk is a file system of its own (tmpfs), so that it can fill
  // up.
  Disk(std::filesystem::path folder, bool own);

  const std::filesystem::path& data() const { return data_; }
  // What the power cut shim (power_cut_shim.cc) wants to know.
  std::vector<std::string> environment() const;

  // All that is there now is synced, whoever asked for it.
  void settle();
  // What was not synced is gone.
  void cut_power();
  // Everything is gone.
  void wipe();
  // Keeps a copy; a later one replaces it.
  void keep_copy(Instant now);
  // When the copy was made, if there is one.
  std::optional<Instant> copied() const { return copied_; }
  // The copy takes the place of what is there.
  void roll_back();

  bool can_fill() const { return own_; }
  void fill();
  void make_room();

 private:
  void replace_data(const std::filesystem::path& by);

  const std::filesystem::path folder_;
  const bool own_;
  const std::filesystem::path data_;
  const Shadow shadow_;
  std::optional<Instant> copied_;
};

}  // namespace tally::chaos
