// Grace periods: how a rare event waits for all counting threads without any of them ever waiting for it.
//
// A thread that counts or reads does so inside a Section: one store into a cache line of its own on entry,
// one on exit. Whoever must know that everybody has moved on (a seal; memory that readers may still see; an
// add that must be alone) waits for a grace period: until every section that was open at its start has been
// left. The technique is quiescent-state based RCU (Desnoyers et al., User-Level Implementations of Read-Copy
// Update, TPDS 2012).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/check.h"
#include "count/atomic.h"

namespace tally {

// What a section is opened for, and so what keeps it out.
enum class SectionKind : std::uint8_t {
  single,  // adds to one counter, or a read: waits only for somebody who must be alone
  batch,   // adds to several counters, which a seal must not split: waits for the copying of a seal, too
};

class Sections {
 public:
  // At most this many threads take part (each costs 64 bytes and one load a grace period).
  explicit Sections(std::size_t max_threads);
  ~Sections();
  Sections(const Sections&) = delete;
  Sections& operator=(const Sections&) = delete;

  class Thread;
  class Shut;
  class Alone;

  // Returns once every section that was open at the call has been left, and what was done in them is visible
  // to the caller. Any thread that is not inside a section.
  void wait_for_grace_period() const;

 private:
  enum class Gate : std::uint8_t { open, shut_to_batches, shut_to_all };
  struct alignas(64) Slot {
    Atomic<bool> taken{false};
    // kInside and kBatch while in a section; above them a count that makes every state of the slot differ
    // from all before.
    Atomic<std::uint64_t> state{0};
  };
  static constexpr std::uint64_t kInside = 1;
  static constexpr std::uint64_t kBatch = 2;
  static constexpr std::uint64_t kStep = 4;

  static bool keeps_out(Gate gate, SectionKind kind) {
    return gate == Gate::shut_to_all || (gate == Gate::shut_to_batches && kind == SectionKind::batch);
  }
  void shut(Gate gate);
  std::size_t take_slot();

  const std::size_t max_threads_;
  const std::unique_ptr<Slot[]> slots_;
  alignas(64) Atomic<Gate> gate_{Gate::open};
};

// A thread's own place among the Sections. Made and used by that thread alone; gives its slot back when
// destroyed.
class Sections::Thread {
 public:
  explicit Thread(Sections& sections);
  ~Thread();
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  // Below max_threads, different for any two threads that take part now.
  std::size_t number() const { return number_; }

 private:
  friend class Section;
  friend class Alone;

  void enter(SectionKind kind);
  void enter_past_the_gate(SectionKind kind);
  void leave();

  Sections& sections_;
  const std::size_t number_;
  Slot& slot_;
  std::uint64_t state_ = 0;  // slot_.state, which only this thread writes
};

// Open from construction to destruction. Sections do not nest. Keep them short: seals wait for them.
class Section {
 public:
  Section(Sections::Thread& thread, SectionKind kind) : thread_(thread) { thread_.enter(kind); }
  ~Section() { thread_.leave(); }
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

 private:
  Sections::Thread& thread_;
};

// Keeps batches out; all that were in have left when the constructor returns. One Shut or Alone at a time: a
// second waits for the first. Not inside a section.
class Sections::Shut {
 public:
  explicit Shut(Sections& sections) : sections_(sections) { sections_.shut(Gate::shut_to_batches); }
  ~Shut() { sections_.gate_.store(Gate::open); }
  Shut(const Shut&) = delete;
  Shut& operator=(const Shut&) = delete;

 private:
  Sections& sections_;
};

// A section in which no other thread is in any section. Not inside a section; waits as Shut does.
class Sections::Alone {
 public:
  explicit Alone(Thread& thread) : thread_(thread) {
    thread_.sections_.shut(Gate::shut_to_all);
    // Still a section: a grace period that runs meanwhile must not free what we read.
    thread_.enter_past_the_gate(SectionKind::batch);
  }
  ~Alone() {
    thread_.leave();
    thread_.sections_.gate_.store(Gate::open);
  }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;

 private:
  Thread& thread_;
};

// Why it is right. A thread that enters stores its slot, then loads the gate; one that shuts stores the gate,
// then loads the slots. All four are sequentially consistent, so in their single order one of the two loads
// comes after the other side's store: either the thread sees the gate and steps back, or the shutter sees the
// slot and waits (Dekker). For a grace period: a section that was entered before it has its slot's store
// before the period's load, so the period waits for it; one that is entered later loads whatever pointer,
// ticket or flag was stored before the period began. Leaving is a release that the waiting load acquires:
// what was done inside is visible to whoever waited.
inline void Sections::Thread::enter_past_the_gate(SectionKind kind) {
  TALLY_CHECK((state_ & kInside) == 0);
  state_ += kStep | kInside | (kind == SectionKind::batch ? kBatch : 0);
  slot_.state.store(state_);
}

inline void Sections::Thread::enter(SectionKind kind) {
  for (;;) {
    enter_past_the_gate(kind);
    if (!keeps_out(sections_.gate_.load(), kind)) return;
    leave();
    await(sections_.gate_, [kind](Gate gate) { return !keeps_out(gate, kind); });
  }
}

inline void Sections::Thread::leave() {
  state_ &= ~(kInside | kBatch);
  slot_.state.store(state_, std::memory_order_release);
}

}  // namespace tally
