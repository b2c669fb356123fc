// A store: a holder of streams that outlives the process, as a disk does, and that remembers who takes part.
//
// It holds what any holder holds: of each stream a mark, and of each counter in it the newest entry. One
// thread uses it, be it one that does nothing else: an entry's counter is read without a section.
#pragma once

#include <functional>

#include "base/result.h"
#include "cluster/kept.h"
#include "cluster/write.h"

namespace tally {

class Store {
 public:
  using Visitor = std::function<void(const KeptPart& part)>;

  virtual ~Store() = default;

  // Merges its writes, one after the other: of two entries of one counter the newer sequence stays, and marks
  // never fall, so that what is known already changes nothing. Merges its roster. All of it is durable when
  // this returns success; after an error nothing is. A stream of which nothing is known (its mark is 0) is
  // not held.
  //
  // Errors: Errc::invalid where a write begins after the stream's mark (a gap) or files a known stream under
  // another server; Errc::full where there is no room, and more can be committed once there is. After
  // Errc::internal nobody knows what is durable: end the process.
  virtual Result<void> commit(const Commit& commit) = 0;

  // Shows every stream once, in order of stream ids, all parts of one after the other, at least one each.
  // Errc::internal where what is held cannot be read.
  virtual Result<void> load(const Visitor& visit) const = 0;

  // Shows that stream alone, if it is held. Errors as load()'s.
  virtual Result<void> read(StreamId stream, const Visitor& visit) const = 0;

  // All members and removals that were ever committed, as they merge.
  virtual Roster roster() const = 0;
};

}  // namespace tally
