// Every counter by its name: millions of them, read by all threads without a lock.
//
// A slot is eight bytes: a pointer to the counter and 16 bits of its name's hash, so that a probe touches the
// counter itself only when it almost certainly is the one. Slots are probed one after the other, at most 7 of
// 8 are taken, and counters are never removed. The table is split into segments, each of which grows by
// itself, so that nobody who adds a name waits for more than a segment's growth; nobody else waits at all.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/mutex.h"
#include "count/atomic.h"
#include "count/counter.h"
#include "count/counter_arena.h"
#include "count/name_hash.h"

namespace tally {

class Limbo;

// Any thread; find() and find_or_insert() inside a Section, since the slots that they look through may be
// replaced. A Counter* is good for as long as the table is. Names are what check_counter_name() accepts; the
// table does not ask.
class CounterTable {
 public:
  // Outgrown slots go to `limbo`, which lives longer than the table.
  CounterTable(NameHash hash, Limbo& limbo);
  ~CounterTable();
  CounterTable(const CounterTable&) = delete;
  CounterTable& operator=(const CounterTable&) = delete;

  // Null if there is none.
  Counter* find(std::string_view name) const;

  // Null if it is not there, and there are `most` others already.
  Counter* find_or_insert(std::string_view name, std::size_t most = ~std::size_t{0});

  // How many there are.
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

  // counters[i] is the one named names[i], null if there is none. The memory that the names lead to is asked
  // for all at once, so that a burst waits for it once and not once a name.
  void find_many(std::span<const std::string_view> names, std::span<Counter*> counters) const;

  // All of them but the first `skipped`, in the order in which they were made.
  CounterArena::Walk walk(std::size_t skipped = 0) const { return CounterArena::Walk(arena_, skipped); }

 private:
  using Slot = Tagged<Counter>;
  class Slots;
  struct Segment {
    mutable Mutex mutex;
    Atomic<Slots*> slots{nullptr};
    std::size_t taken TALLY_GUARDED_BY(mutex) = 0;
  };
  static constexpr unsigned kSegmentBits = 6;

  Segment& segment_of(std::uint64_t hash) { return segments_[hash >> (64 - kSegmentBits)]; }
  const Segment& segment_of(std::uint64_t hash) const { return segments_[hash >> (64 - kSegmentBits)]; }
  Slots& make_room(Segment& segment) TALLY_REQUIRES(segment.mutex);

  const NameHash hash_;
  Limbo& limbo_;
  CounterArena arena_;
  std::atomic<std::size_t> size_{0};  // orders nothing
  std::array<Segment, std::size_t{1} << kSegmentBits> segments_;
};

}  // namespace tally
