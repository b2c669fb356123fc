// One history of a cluster in which everything goes wrong, decided by one seed from its first server to its
// last flipped bit; and whether the laws held.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>

#include "sim/sabotage.h"

namespace tally::sim {

struct Report {
  std::string broken;  // the law that broke, in one sentence; empty: all held
  std::uint64_t trace_hash;
  unsigned intervals_to_agree;  // after everything healed
  // What happened in it, and how often: faults by name; adds by what became of them.
  std::map<std::string, unsigned> sights;
};

// `sabotage` is null, or one that no other simulation uses; `trace` is null, or gets a line for everything
// that happens.
Report simulate(std::uint64_t seed, Sabotage* sabotage, std::ostream* trace);

}  // namespace tally::sim
