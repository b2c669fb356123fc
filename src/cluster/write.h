// What a disk is to make durable: shares of streams, as they are known in memory when they are handed out,
// and who takes part.
#pragma once

#include <vector>

#include "cluster/roster.h"
#include "cluster/stream.h"
#include "cluster/wire.h"

namespace tally {

// The entries of `header.stream` that changed in (after, through], oldest change first.
struct Write {
  ShareHeader header;
  std::vector<Entry> entries;
};

// All of it, or nothing.
struct Commit {
  std::vector<Write> writes{};
  Roster roster{};  // what is new of it, see Roster::merge()

  bool empty() const { return writes.empty() && roster.empty(); }
};

}  // namespace tally
