// Where the parts of a share wait until all of them are there. What waits here is neither counted nor passed
// on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "cluster/wire.h"

namespace tally {

class Staging {
 public:
  // Answers with the whole share (entries of all parts, in order) when `part` is the last one missing; until
  // then nothing. Parts may come twice and in any order. A sender works on one share at a time: a part of
  // another share drops what was staged of the one before.
  std::optional<Part> add(Part part);

  // Drops what was begun by runs that ended: all that `runs` does not name.
  template <class Runs>
  void keep_only(const Runs& runs) {
    std::erase_if(staged_, [&runs](const auto& staged) { return !runs.contains(staged.first); });
  }

  std::size_t senders() const { return staged_.size(); }

 private:
  struct Staged {
    std::uint64_t share;
    std::map<std::uint32_t, Part> parts;
  };
  std::map<StreamId, Staged> staged_;  // by the sender's run
};

}  // namespace tally
