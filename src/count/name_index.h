// The counters of a table in the order of their names, so that a page is found and not searched for.
//
// Counters are never removed or renamed: the sorted run of those made first stays right for ever. What was
// made since is a second run, merged into the first when it has grown to an eighth of it: a log-structured
// merge tree (O'Neil et al., 1996) of two runs. So a counter is moved about eight times in all, a page costs
// a binary search, and all pages together one walk.
//
// 8 bytes a counter, from the first catch_up() on; while it sorts what is new, 16 more for each of those, and
// while it merges, 8 more for all. Ten million names, the first time: 2 s.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "count/counter_table.h"

namespace tally {

// Used by one thread, in no section: names need none. Who makes counters is not stopped.
class NameIndex {
 public:
  // The table outlives it.
  explicit NameIndex(const CounterTable& table) : table_(table), walk_(table.walk()) {}

  // From here on it contains every counter that was made before the call.
  void catch_up();

  std::size_t size() const { return older_.size() + younger_.size(); }

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
    Cursor(Rest older, Rest younger) : older_(older), younger_(younger) {}

    Rest older_;
    Rest younger_;
  };

  // Begins with the first name that is not less, or that is greater.
  Cursor from(std::string_view name) const;
  Cursor behind(std::string_view name) const;

 private:
  using Run = std::vector<const Counter*>;

  const CounterTable& table_;
  CounterArena::Walk walk_;  // through what is not in a run
  Run older_;
  Run younger_;
};

}  // namespace tally
