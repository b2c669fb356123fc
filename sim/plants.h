// Planted bugs: wrong variants of the protocol, each of which somebody once shipped or nearly did. The
// simulator has to catch every one of them; that is how we know that it looks (docs/simulation.md).
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "sim/sabotage.h"

namespace tally::sim {

struct Plant {
  const char* name;
  const char* law;  // that it breaks: how the verdict begins
  std::uint64_t within_seeds;
  std::unique_ptr<Sabotage> (*plant)();  // for one simulation
};

std::span<const Plant> plants();

}  // namespace tally::sim
