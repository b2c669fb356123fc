// Where a run takes place: a network and a folder, both gone with the process.
#pragma once

#include <filesystem>
#include <string>

#include "chaos/network.h"

namespace tally::chaos {

// Made before the process has threads.
class Workplace {
 public:
  Workplace();
  ~Workplace();
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  Network& network() { return network_; }
  const std::filesystem::path& folder() const { return folder_; }

  // For people: whether hosts are apart, and if not, why, and what is left out for it.
  std::string description() const;

 private:
  Network network_;
  std::filesystem::path folder_;
};

}  // namespace tally::chaos
