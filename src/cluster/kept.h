// What a disk gives back of a stream, some entries at a time, so that a million are never in memory twice.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "cluster/wire.h"

namespace tally {

struct KeptEntry {
  std::string_view name;  // good for as long as the part is
  std::int64_t total;
  Sequence sequence;
};

// The header, which all parts of a stream share, reaches from 0 to its mark. The entries come in no order,
// each counter once, in this part or another.
struct KeptPart {
  ShareHeader header;
  std::span<const KeptEntry> entries;
  bool last;  // of its stream
};

}  // namespace tally
