// Where the parts of a share wait until all of them are there. What waits here is neither counted nor passed
// on, and to lose it costs no more than having it sent again.
//
// A sender sends a part when the one before was answered, so parts come in order. The first part of a share
// drops what its sender had begun before. Any other is taken if it is the next one of what its sender has
// begun, and else left out: it is late, doubled, or of a share that was dropped here.
//
// Memory is bounded: of what is too much together, the share that began last goes, so that the oldest comes
// through; and a share that got no part for too long goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>

#include "base/duration.h"
#include "base/ids.h"
#include "base/result.h"
#include "cluster/wire.h"

namespace tally {

class Staging {
 public:
  struct Limits {
    std::size_t bytes;  // of all that waits
    Duration patience;  // with a sender, from one part to the next; more than it waits for an answer
  };

  explicit Staging(const Limits& limits) : limits_(limits) {}

  // Answers with the whole share (entries of all parts, in order) when `part` is its last one; until then
  // nothing. Errc::too_large, with the share dropped: it is more than the limit by itself.
  Result<std::optional<Part>> add(Part part, Instant now);

  // Drops what was begun by runs that ended (all that `runs` does not name) and what got no part for too
  // long.
  template <class Runs>
  void sweep(const Runs& runs, Instant now) {
    for (auto staged = staged_.begin(); staged != staged_.end();) {
      const bool keep = runs.contains(staged->first) && now - staged->second.last_part <= limits_.patience;
      staged = keep ? std::next(staged) : drop(staged);
    }
  }

  std::size_t senders() const { return staged_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Staged {
    Part share;  // all parts so far, as one; its index is the last one's
    std::uint64_t number;
    std::size_t bytes;
    Instant last_part;
  };
  using BySender = std::map<StreamId, Staged>;  // the sender's run

  BySender::iterator drop(BySender::iterator staged);
  void make_room();

  const Limits limits_;
  std::uint64_t begun_ = 0;  // shares, so far
  std::size_t bytes_ = 0;
  BySender staged_;
};

}  // namespace tally
