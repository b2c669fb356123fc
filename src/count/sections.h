// Grace periods: how a rare event waits for all counting threads without any of them ever waiting for it.
//
// A thread that counts or reads does so inside a Section: one store into a cache line of its own on entry, one on
// exit. Whoever must know that everybody has moved on (a seal; memory that readers may still see; an add that must
// be alone) waits for a grace period: until every section that was open at its start has been left. The technique is
// quiescent-state based RCU (Desnoyers et al., User-Level Implementations of Read-Copy Update, TPDS 2012).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/mutex.h"

namespace tally {

// What a section is opened for, and so what keeps it out.
enum class SectionKind : std::uint8_t {
  single,  // adds to one counter, or a read: waits only for an exclusive section
  batch,   // adds to several counters, which a seal must not split: waits for the copying of a seal, too
};

class Sections {
 public:
  // At most this many threads take part (each costs 64 bytes and one load a grace period).
  explicit Sections(std::size_t max_threads);
  ~Sections();
  Sections(const Sections&) = delete;
  Sections& operator=(const Sections&) = delete;

  // A thread's own place. Taken once by each thread that counts or reads, used by that thread alone, given back when
  // destroyed.
  class Thread;
  std::unique_ptr<Thread> join();

  // Returns once every section that was open at the call has been left. Call it outside of any section of this thread.
  void wait_for_grace_period() const;

  // Keeps batches out (kind batch) or everybody (kind single) until it is destroyed; all kept out have left when the
  // constructor returns. One at a time: a second waits for the first. Not inside a section.
  class Shut;
};

}  // namespace tally
