#include "cluster/kept.h"

#include <algorithm>

#include "base/check.h"

namespace tally {

void KeptStream::add(const KeptPart& part) {
  TALLY_CHECK(!whole_);
  header_ = part.header;
  std::size_t bytes = 0;
  for (const KeptEntry& entry : part.entries) bytes += entry.name.size();
  char* name = names_.emplace_back(std::make_unique<char[]>(bytes)).get();
  for (const KeptEntry& entry : part.entries) {
    std::copy(entry.name.begin(), entry.name.end(), name);
    entries_.push_back({{name, entry.name.size()}, entry.total, entry.sequence});
    name += entry.name.size();
  }
  whole_ = part.last;
  if (!whole_) return;
  std::sort(entries_.begin(), entries_.end(),
            [](const KeptEntry& a, const KeptEntry& b) { return a.sequence < b.sequence; });
}

}  // namespace tally
