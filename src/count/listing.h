// One page of the counters there are, in order. Any thread, with its own place among the Sections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/int128.h"
#include "count/counter_table.h"
#include "count/list_query.h"
#include "count/sections.h"

namespace tally {

struct Listed {
  const Counter* counter;
  Int128 value;
};

struct ListPage {
  std::vector<Listed> counters;
  std::optional<ListPosition> next;  // nothing: this is the last page
};

// The first `limit` counters after `after` that somebody touched and whose names begin with `prefix`. Keeps
// no more than the page, and stops nobody: counters that change meanwhile are listed with a value that they
// had. Not inside a section; opens many short ones.
//
// It costs a look at the name of every counter there is, and in the order of values at every value, too: 4 ms
// for a million counters, or 36, in which the calling thread does nothing else (bench/count).
ListPage list(const CounterTable& table, Sections::Thread& thread, const ListQuery& query);

// Looks at `count` counters behind the first `looked_at`, in the order in which they were made, and appends
// to `seen` those that somebody touched. Returns how many were looked at by now, 0 where there are no more.
// So a walk through all is continued by a number alone, misses nobody who was there when it began, and sees
// nobody twice. Not inside a section; opens short ones.
std::size_t scan(const CounterTable& table, Sections::Thread& thread, std::size_t looked_at,
                 std::size_t count, std::vector<const Counter*>& seen);

}  // namespace tally
