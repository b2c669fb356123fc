// Whether values are what clients were told, digit by digit.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/int128.h"
#include "chaos/history.h"
#include "chaos/probes.h"

namespace tally::chaos {

struct Verdict {
  std::uint64_t acknowledged = 0;
  std::uint64_t refused = 0;
  std::map<unsigned, std::uint64_t> refusals{};  // by status; 0: the server was not reached
  std::uint64_t unknown = 0;
  std::uint64_t unknown_counted = 0;    // of these
  std::uint64_t lost = 0;               // acknowledged, not there, and no fault excuses it
  std::uint64_t lost_excused = 0;       // ... and all that held it were lost
  std::uint64_t doubled = 0;            // there more than once
  std::uint64_t refused_counted = 0;    // there, though refused
  std::uint64_t invented = 0;           // counters with more than was ever added
  std::uint64_t reads = 0;              // that vouched for their age
  std::uint64_t stale = 0;              // ... and were older than they said
  std::vector<std::string> examples{};  // of violations, in words; the first few

  std::uint64_t adds() const { return acknowledged + refused + unknown; }
  std::uint64_t violations() const { return lost + doubled + refused_counted + invented + stale; }
};

// Judges one counter by its value in the end. An add counted four times carries into the next digit: a
// violation still, of another add.
void judge(const std::string& counter, const Attempts& attempts, Int128 value, const History& history,
           Verdict& verdict);

// Judges one read of a counter: every add acknowledged longer ago than the read's staleness must be in it,
// unless its loss is excused.
void judge(const Read& read, const Attempts& attempts, const History& history, Verdict& verdict);

}  // namespace tally::chaos
