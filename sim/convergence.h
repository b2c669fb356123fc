// Convergence: once the network heals all servers show equal values, and know all streams equally far.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/server.h"

namespace tally::sim {

// In what the servers, all of which run, still differ; nothing if they agree. Marks of open streams move with
// every share interval: those may be as many seals behind as `seals_behind` says.
std::optional<std::string> difference(const std::vector<Server*>& servers,
                                      const std::set<std::string>& counters, std::uint64_t seals_behind);

}  // namespace tally::sim
