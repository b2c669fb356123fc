// What a disk has to hold: a share of a stream, as it is known in memory when it is handed out.
#pragma once

#include <vector>

#include "cluster/stream.h"
#include "cluster/wire.h"

namespace tally {

// The entries of `header.stream` that changed in (after, through], oldest change first.
struct Write {
  ShareHeader header;
  std::vector<Entry> entries;
};

}  // namespace tally
