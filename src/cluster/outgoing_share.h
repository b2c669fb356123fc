// One share on its way to a peer, cut into parts that fit into one body each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cluster/wire.h"

namespace tally {

class OutgoingShare {
 public:
  // `header.entries` is not used: the entries are those given, as they are now, whatever is counted later.
  // Parts are at most `part_bytes` long, or one entry. There is always a first part.
  OutgoingShare(Part header, std::vector<Entry> entries, std::size_t part_bytes);

  StreamId stream() const { return header_.header.stream; }
  bool done() const { return header_.index == header_.count; }
  // Not when done().
  std::string next_part();

 private:
  Part header_;  // its index is that of the next part
  std::vector<Entry> entries_;
  std::vector<std::size_t> ends_;  // where each part ends in entries_
};

}  // namespace tally
