// Which counters a listing is about, and in which order. Values, without threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/int128.h"

namespace tally {

enum class ListOrder : std::uint8_t {
  by_name,        // by the names' bytes, upwards
  by_value_down,  // the largest value first; equal ones by name
};

// A place in an order: just behind a counter of this name and value, whether or not one still stands there.
struct ListPosition {
  std::string name;
  Int128 value = 0;  // 0 in the order of names

  bool operator==(const ListPosition&) const = default;
};

struct ListQuery {
  std::string prefix;
  ListOrder order = ListOrder::by_name;
  std::uint32_t limit = 100;          // at least 1
  std::optional<ListPosition> after;  // from where the page before it ended

  bool operator==(const ListQuery&) const = default;
};

}  // namespace tally
