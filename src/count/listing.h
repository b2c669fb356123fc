// One page of the counters there are, in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/int128.h"
#include "count/counter_table.h"
#include "count/sections.h"

namespace tally {

enum class ListOrder : std::uint8_t {
  name,        // by the names' bytes, upwards
  value_down,  // the largest value first; equal ones by name
};

// A place in an order: just behind a counter of this name and value. In the order of names the value is not
// asked.
struct ListPosition {
  Int128 value = 0;
  std::string name;
};

struct ListQuery {
  std::string_view prefix;
  ListOrder order = ListOrder::name;
  std::size_t limit = 100;            // at least 1
  std::optional<ListPosition> after;  // from where the page before it ended
};

struct Listed {
  const Counter* counter;
  Int128 value;
};

struct ListPage {
  std::vector<Listed> counters;
  std::optional<ListPosition> next;  // nothing: this is the last page
};

// The first `limit` counters after `after` that somebody touched and whose names begin with `prefix`. Looks
// at every counter there is but keeps no more than the page, and stops nobody: counters that change meanwhile
// are listed with a value that they had. Not inside a section; opens many short ones.
ListPage list(const CounterTable& table, Sections::Thread& thread, const ListQuery& query);

}  // namespace tally
