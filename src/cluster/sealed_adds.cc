#include "cluster/sealed_adds.h"

#include <algorithm>

#include "base/check.h"

namespace tally {

void SealedAdds::sealed(Sequence sequence, std::uint64_t adds) {
  const Seal last = seals_.empty() ? Seal{Sequence{0}, 0} : seals_.back();
  TALLY_CHECK(sequence > last.sequence && adds >= last.adds);
  if (adds == last.adds) return;  // whoever holds the last one lacks none
  if (seals_.size() == kMost) {
    std::size_t kept = 0;  // every second one of the older half
    for (std::size_t i = 0; i < kMost / 2; i += 2) seals_[kept++] = seals_[i];
    const auto begin = seals_.begin();
    seals_.erase(begin + static_cast<std::ptrdiff_t>(kept), begin + kMost / 2);
  }
  seals_.push_back({sequence, adds});
}

std::uint64_t SealedAdds::up_to(Sequence mark) const {
  const auto beyond = std::upper_bound(seals_.begin(), seals_.end(), mark,
                                       [](Sequence m, const Seal& seal) { return m < seal.sequence; });
  return beyond == seals_.begin() ? 0 : std::prev(beyond)->adds;
}

}  // namespace tally
