// Whose each stream is and how far a store holds it: what decides whether a write may be taken.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "base/result.h"
#include "cluster/write.h"

namespace tally {

class StreamMarks {
 public:
  struct Held {
    ServerId server;
    Sequence mark;
  };

  // The mark that each write's stream has before it, those before it in `writes` taken. Errors: Errc::invalid
  // where one leaves a gap, or files a known stream under another server.
  Result<std::vector<Sequence>> check(std::span<const Write> writes) const;

  // Takes a write that was checked: marks never fall. A stream of which nothing is known is not held.
  void advance(const ShareHeader& header);

  // Null for a stream that is not held.
  const Held* find(StreamId stream) const;
  // 0 for one that is not held.
  Sequence of(StreamId stream) const;

  const std::map<StreamId, Held>& all() const { return held_; }

 private:
  std::map<StreamId, Held> held_;
};

}  // namespace tally
