// Shares as another server would send them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cluster/wire.h"
#include "count/counting.h"

namespace tally::e2e {

// The names in it are made counters of a Counting of its own.
class ShareWriter {
 public:
  // The body for POST /v1/shares. `entries` in order of sequence.
  std::string body(const Member& sender, const ShareHeader& header, const std::vector<NamedEntry>& entries) {
    std::vector<Entry> known;
    for (const NamedEntry& entry : entries) {
      known.push_back({thread_.find_or_insert(entry.name), entry.total, entry.sequence});
    }
    return encode(Part{sender, ++shares_, 0, 1, 0, header, {}}, known);
  }

 private:
  Counting counting_{1, 1};
  CountingThread thread_{counting_};
  std::uint64_t shares_ = 0;
};

inline ServerId server_id(std::string_view text) { return ServerId::parse(text).value(); }

}  // namespace tally::e2e
