// Other runs of this server's id: which of them live beside us, and which our disk should have known.
//
// A disk knows every run that ever committed to it. So where others hold counts of one that it does not know,
// and that does not live, the disk was set back to an older state, or replaced, or that run ended before its
// first commit. Pure; one thread uses it.
#pragma once

#include <cstddef>
#include <set>
#include <utility>

#include "base/ids.h"

namespace tally {

class OwnRuns {
 public:
  // The disk knows it.
  void kept(StreamId run) { known_.insert(run); }

  // It said something itself. True if it did so for the first time.
  bool lives(StreamId run) { return living_.insert(run).second; }

  // Somebody else holds counts of it.
  void told(StreamId run) {
    if (!known_.contains(run)) suspects_.insert(run);
  }

  // All that could be asked have answered, so who lives is known: how many of those that were told of since
  // the last time neither live nor are on the disk. Each is counted once.
  std::size_t forgotten() {
    std::size_t forgotten = 0;
    for (const StreamId run : std::exchange(suspects_, {})) {
      if (!living_.contains(run) && known_.insert(run).second) ++forgotten;
    }
    return forgotten;
  }

 private:
  std::set<StreamId> known_;  // to the disk, or said to be forgotten
  std::set<StreamId> living_;
  std::set<StreamId> suspects_;
};

}  // namespace tally
