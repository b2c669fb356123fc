// What a disk gives back of a stream.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "cluster/wire.h"

namespace tally {

// Some of a stream's entries, so that a million need not be in memory at once. The header, which all parts of
// a stream share, reaches from 0 to its mark. The entries come in no order, each counter once, in this part
// or another; their names are good for as long as the part is.
struct KeptPart {
  ShareHeader header;
  std::span<const KeptEntry> entries;
  bool last;  // of its stream
};

// All of a stream's entries, with their names.
class KeptStream {
 public:
  // All parts, one after the other.
  void add(const KeptPart& part);

  // These once the last part was added; the entries in order of sequence.
  bool whole() const { return whole_; }
  const ShareHeader& header() const { return *header_; }
  std::span<const KeptEntry> entries() const { return entries_; }

 private:
  std::optional<ShareHeader> header_;
  std::vector<std::unique_ptr<char[]>> names_;  // of a part each
  std::vector<KeptEntry> entries_;
  bool whole_ = false;
};

}  // namespace tally
