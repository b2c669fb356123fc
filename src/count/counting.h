// Counting: what one run of one server counts, by whoever calls, and what it knows of all others' counts.
//
// Many threads add and read through a CountingThread each; one thread, the one that applies shares, seals and
// updates the trees. No add takes a lock, waits for another thread or does I/O, but for the rare ones named
// at add(): a new name, what is enormous, and a batch that meets a seal.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/int128.h"
#include "base/result.h"
#include "count/change_queue.h"
#include "count/counter_table.h"
#include "count/limbo.h"
#include "count/sections.h"
#include "count/server_registry.h"

namespace tally {

struct Change {
  Counter* counter;
  std::int64_t delta;
};

// What an add answers with.
struct Added {
  std::int64_t value;  // of the counter, this add included
  Sequence ticket;     // this add is in every seal from this one on: wait for a mark that reached it
};

// One counter's total as a seal found it.
struct SealedTotal {
  Counter* counter;
  std::int64_t total;
};

struct Seal {
  Sequence sequence;   // 1, 2, 3, ...
  std::uint64_t adds;  // of all that were ever made, so many at least are in this seal or earlier
  std::vector<SealedTotal> changed;  // each counter that changed since the seal before, once; in no order
};

class Counting {
 public:
  // At most `max_threads` CountingThreads at a time, of at most kMaxThreads. `hash_seed` is random, from the
  // system, and a secret: who knows it can choose names that make the table slow.
  //
  // Whoever adds makes no counter beyond `most_counters`. Others make any, since a share that is refused
  // would stop its stream's mark for ever.
  Counting(std::size_t max_threads, std::uint64_t hash_seed, std::size_t most_counters = ~std::size_t{0});
  Counting(const Counting&) = delete;
  Counting& operator=(const Counting&) = delete;

  CounterTable& table() { return table_; }
  ServerRegistry& servers() { return servers_; }

  // Sealing thread only, outside of any section. Everything added with a ticket up to the returned sequence
  // is in this seal or an earlier one; no batch is split by it.
  Seal seal();

  // How many adds were made, each change of a batch for itself; those that return while it looks, or not. Any
  // thread.
  std::uint64_t adds() const;

  // Sealing thread only, outside of any section: the node of `server` in the counter's tree becomes `value`.
  void update(Counter& counter, ServerIndex server, Int128 value);

  // Sealing thread only: the node's value, 0 if there is none.
  Int128 value_of(const Counter& counter, ServerIndex server) const {
    return counter.value_of(server, servers_);
  }

 private:
  friend class CountingThread;
  friend class Lister;

  // By one thread alone, so that no two write to one cache line.
  struct alignas(64) Adds {
    std::atomic<std::uint64_t> count{0};
  };

  const std::size_t max_threads_;
  const std::size_t most_counters_;
  const std::unique_ptr<Adds[]> adds_;
  Sections sections_;
  Limbo limbo_;
  ServerRegistry servers_;
  CounterTable table_;
  ChangeQueue<Counter> changed_;
  std::size_t last_sealed_ = 0;  // counters; the sealing thread's guess at how many the next seal has
  alignas(64) Atomic<std::uint64_t> ticket_{1};  // of adds that finish now: the next seal's sequence
};

// One thread's way to count. Used by that thread alone; destroyed before the Counting.
class CountingThread {
 public:
  explicit CountingThread(Counting& counting) : counting_(counting), thread_(counting.sections_) {}

  // Null if there is none. A Counter* is good for as long as the Counting is.
  Counter* find(std::string_view name);
  Counter* find_or_insert(std::string_view name);

  // counters[i] becomes the one named names[i], null if there is none: cheaper together than one by one.
  void find(std::span<const std::string_view> names, std::span<Counter*> counters);

  // counters[i] becomes the one named names[i], for an add: one that did not exist is made. Errc::full where
  // there are as many as there may be.
  Result<void> find_or_insert(std::span<const std::string_view> names, std::span<Counter*> counters);

  // The counter's value now, 0 for null. May exceed 64 bits: what other servers counted is never refused.
  Int128 value(const Counter* counter);
  Int128 value(std::string_view name) { return value(find(name)); }

  // The same; nothing where nobody touched it.
  std::optional<Int128> touched_value(const Counter* counter);
  std::optional<Int128> touched_value(std::string_view name) { return touched_value(find(name)); }

  // How many counters there are; a batch that was refused may have made some that nobody touched.
  std::size_t size() const { return counting_.table_.size(); }

  // The collation tree as it stands, empty for null; looking recomputes nothing.
  std::vector<CollationNode> nodes(const Counter* counter);

  // Looks at `count` counters behind the first `looked_at`, in the order in which they were made, and appends
  // to `seen` those that somebody touched. Returns how many were looked at by now, 0 where there are no more.
  // So a walk through all is continued by a number alone, misses nobody who was there when it began, and sees
  // nobody twice.
  std::size_t scan(std::size_t looked_at, std::size_t count, std::vector<const Counter*>& seen);

  // Errors: Errc::out_of_range where this server's total, or its view of the value, would leave -2^63 ..
  // 2^63-1, and Errc::full where a name would be a counter too many; nothing is counted then. Waits for
  // others only where the delta, the total or the value is enormous (count/bounds.h), and, adding by name,
  // while a new name is put into the table.
  Result<Added> add(Counter& counter, std::int64_t delta);
  Result<Added> add(std::string_view name, std::int64_t delta);

  // All or none, and never split by a seal; errors as above. A counter may occur more than once: its deltas
  // are summed. values[i] becomes the value of changes[i]'s counter after the whole batch.
  //
  // A batch that meets a seal waits until that has copied the totals that changed since the one before: about
  // 2 ms for a hundred thousand (docs/decisions/0004). It yields meanwhile, and its thread does nothing else.
  Result<Sequence> add(std::span<const Change> changes, std::span<std::int64_t> values);

 private:
  // All changes of a request to one counter.
  struct Sum {
    Counter* counter;
    Int128 delta;
    Int128 others;       // the other streams' totals when this was checked
    std::int64_t value;  // afterwards
  };

  std::optional<Added> add_fast(Counter& counter, std::int64_t delta);
  Result<Added> add_slowly(Counter& counter, std::int64_t delta);
  void sum_up(std::span<const Change> changes);
  std::uint32_t& slot_of(const Counter* counter);
  std::optional<Sequence> add_fast();  // sums_, all or none
  Result<Sequence> add_alone();        // likewise
  void note(Counter& counter);
  void count_adds(std::size_t adds);
  Sequence ticket() const;

  Counting& counting_;
  Sections::Thread thread_;
  // Of the request at hand, kept for their memory.
  std::vector<Sum> sums_;
  std::vector<std::uint32_t> sum_of_;  // each change's place in sums_
  std::vector<std::uint32_t> slots_;   // hash table of places in sums_, by counter
};

}  // namespace tally
