// Counting: what one run of one server counts, by whoever calls, and what it knows of everybody else's counting.
//
// Many threads add and read through a CountingThread each; one thread (the one that applies shares) seals, and updates
// the trees. No add ever takes a lock, waits for another thread or does I/O, except the rare ones named at add().
#pragma once

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
  Sequence sequence;
  std::vector<SealedTotal> changed;  // each counter that changed since the seal before, once
};

class Counting {
 public:
  explicit Counting(std::size_t max_threads);

  CounterTable& table();
  ServerRegistry& servers();

  // Sealing thread only. Everything added with a ticket up to the returned sequence is in this seal or an earlier one; no batch is
  // split by it.
  Seal seal();

  // Sealing thread only: the node of `server` in the counter's tree becomes `value`.
  void update(Counter&, ServerIndex, Int128 value);
};

class CountingThread {
 public:
  // The counter's value now. 0 for a name that nobody touched (null).
  Int128 value(const Counter*) const;

  Result<Added> add(std::string_view name, std::int64_t delta);

  // All or none; values[i] is the value of changes[i]'s counter after the whole batch
  Result<Sequence> add(std::span<const Change> changes, std::span<std::int64_t> values);
};

}  // namespace tally
