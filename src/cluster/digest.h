// A hash of what one server knows of others. Two servers whose digests are equal know the same members,
// removals and ended streams, and the same marks of all streams that stand still: neither lacks anything for
// long, and their answers can be brief (docs/decisions/0006-brief-answers.md). One thread uses it.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "base/ids.h"
#include "cluster/holdings.h"
#include "cluster/members.h"

namespace tally {

class Digest {
 public:
  // A stream that stood still for this many of our own rounds is quiet: its server is gone, or cannot reach
  // us. Servers that live seal once a round, so a healthy one's stream never is.
  static constexpr unsigned kQuietRounds = 2;

  // A round has begun.
  void tick() { ++rounds_; }

  // Something changed that it is of, or time passed.
  void refresh(const Members& members, const Holdings& holdings);

  // Whether a stream that became known just now changes it.
  bool depends_on(StreamId fresh) const;

  // The stream's mark has moved.
  void moved(StreamId stream) {
    if (!runs_.contains(stream)) on_the_move_.insert(stream);
  }
  // What equal digests do not speak of, the runs of members aside: ended streams on the move.
  const std::set<StreamId>& on_the_move() const { return on_the_move_; }

  std::uint64_t value() const { return value_; }
  // The runs of members, as of the last refresh(): the round in which each became known.
  const std::map<StreamId, std::uint64_t>& runs() const { return runs_; }

 private:
  bool is_young(std::uint64_t met) const { return rounds_ - met < kQuietRounds; }

  std::uint64_t rounds_ = 0;
  std::uint64_t value_ = 0;
  std::map<StreamId, std::uint64_t> runs_;
  std::set<StreamId> on_the_move_;
};

}  // namespace tally
