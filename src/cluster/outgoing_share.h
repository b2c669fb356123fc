// A share on its way to peers, cut into parts that fit into one body each. All peers that lack the same are
// sent the same one.
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

  const ShareHeader& about() const { return header_.header; }
  std::uint64_t digest() const { return header_.digest; }
  bool until_durable() const { return header_.until_durable; }
  std::uint64_t nonce() const { return header_.nonce; }
  std::uint32_t parts() const { return header_.count; }
  // `index` is below parts().
  std::string part(std::uint32_t index) const;

 private:
  std::string encoded(std::uint32_t index) const;

  Part header_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> ends_;  // where each part ends in entries_
  std::string first_part_;         // mostly the only one, and sent to everybody
};

}  // namespace tally
