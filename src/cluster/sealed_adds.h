// How many adds are in this run's seals, so that what a holder lacks is told in adds.
//
// Bounded: the longer ago seals were, the fewer of them are remembered. A mark at one that was forgotten
// stands for the last one before it that was not, so what its holder lacks is never told too low.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/ids.h"

namespace tally {

class SealedAdds {
 public:
  static constexpr std::size_t kMost = 1024;  // seals that are remembered

  // Of all adds that were ever made so many at least are in the seal of `sequence` or in earlier ones. Each
  // is newer than the one before.
  void sealed(Sequence sequence, std::uint64_t adds);

  // Of all adds that were ever made so many at least are in the seals up to `mark`.
  std::uint64_t up_to(Sequence mark) const;

  std::size_t remembered() const { return seals_.size(); }

 private:
  struct Seal {
    Sequence sequence;
    std::uint64_t adds;
  };

  std::vector<Seal> seals_;  // in order, with more and more adds
};

}  // namespace tally
