// One run: a cluster, clients that add all the time, faults by seed, and the judgement in the end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/duration.h"

namespace tally::chaos {

// Bugs that the judge must see.
enum class Plant : std::uint8_t {
  none,
  memory_ack,  // servers acknowledge from memory what they say is on disk
  lying_disk,  // disks say "synced", and forget it when the power goes
};

struct RunOptions {
  std::uint64_t seed = 1;
  Duration faults_for{};  // then one more power cut of all, mending, and judging
  Plant plant = Plant::none;
  bool trace = false;                 // print every fault
  std::string only{};                 // of the faults, those whose names contain this
  std::function<bool()> interrupted;  // ends the faults early
};

// Prints what it did and what it found. True if nothing broke.
bool run(const RunOptions& options);

}  // namespace tally::chaos
