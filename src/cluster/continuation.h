// A word that a run's successor spreads: that it is over.
#pragma once

#include <set>

#include "base/ids.h"

namespace tally {

// `by` goes on with the data folder of the runs in `over`, which answered at other URLs and will never again.
// It knew so when it started, and what it says never changes.
struct Continuation {
  StreamId by;
  std::set<StreamId> over;
  bool operator==(const Continuation&) const = default;
};

}  // namespace tally
