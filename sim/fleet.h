// What sharing costs as a fleet grows: servers that all know each other start at once, all count, and a
// network without faults carries what they say.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/duration.h"

namespace tally::sim {

// Of all servers together.
struct FleetCost {
  std::uint64_t questions = 0;
  std::uint64_t bytes = 0;  // of the bodies, answers included
};

struct FleetReport {
  std::size_t servers;
  unsigned intervals_to_agree;  // from the start until every server shows every server's add
  FleetCost start;              // in all of those intervals
  FleetCost busy;               // in one interval later on, in which every server counts
  FleetCost idle;               // in one interval in which nobody does
};

FleetReport run_fleet(std::size_t servers);

}  // namespace tally::sim
