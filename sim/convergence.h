// Convergence: once the network heals all servers show equal values, and know all streams equally far.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/server.h"

namespace tally::sim {

// In what the servers, all of which run, still differ; nothing if they agree. The mark of an open stream moves
// with every seal: that may be behind, as long as it has reached the last change.
std::optional<std::string> difference(const std::vector<Server*>& servers,
                                      const std::set<std::string>& counters);

}  // namespace tally::sim
