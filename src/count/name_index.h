// The counters of a table in the order of their names, so that a page is found and not searched for.
//
// Counters are never removed or renamed, so a sorted run of them stays right for ever. What was made since is
// a run of its own, and two runs are merged while the older is less than twice the newer: the logarithmic
// method (Bentley and Saxe, Decomposable Searching Problems, J. Algorithms 1980). So of n counters, each is
// moved O(log n) times however few came at a time, and a page costs a binary search in each of at most
// log2(n) + 1 runs.
//
// 8 bytes a counter, from the first catch_up() on; while it sorts what is new, 24 more for each of those, and
// while it merges, up to 12 more for all. Ten million names, the first time: 2 s.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "count/counter_table.h"

namespace tally {

// Used by one thread, in no section: names need none. Who makes counters is not stopped.
class NameIndex {
 public:
  // The table outlives it.
  explicit NameIndex(const CounterTable& table) : table_(table), walk_(table.walk()) {}

  // Asked now and then by what takes long; it may take its time. False: give up.
  using GoOn = std::function<bool()>;

  // From here on it contains every counter that was made before the call; or it is as it was, and false, if
  // told to give up. With ten million names it asks about every tenth of a second, mostly sooner.
  bool catch_up(const GoOn& go_on = [] { return true; });

  std::size_t size() const;

  // Visits counters in order. Good until the next catch_up().
  class Cursor {
   public:
    const Counter* next();  // null at the end

   private:
    friend class NameIndex;
    using Place = const Counter* const*;
    struct Rest {
      Place begin;
      Place end;
    };
    static bool later(const Rest& a, const Rest& b);

    std::vector<Rest> rests_;  // of runs, none empty: a heap, the least name on top
  };

  // Begins with the first name that is not less, or that is greater.
  Cursor from(std::string_view name) const;
  Cursor behind(std::string_view name) const;

 private:
  using Run = std::vector<const Counter*>;

  const CounterTable& table_;
  CounterArena::Walk walk_;  // through what is not in a run
  std::vector<Run> runs_;    // the oldest first, each at least twice the next; a counter is in one
};

}  // namespace tally
