// GET /v1/counters?prefix=&order=name|-value&limit=100&after=CURSOR: which counters to list, in pages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/int128.h"
#include "base/result.h"

namespace tally {

inline constexpr std::uint32_t kDefaultPage = 100;
inline constexpr std::uint32_t kMaxPage = 1000;

enum class ListOrder : std::uint8_t {
  by_name,        // "name": bytes ascending
  by_value_down,  // "-value": largest first, equal ones by name
};

// Where a page ended; the next one starts behind it, whether or not that counter still stands there.
struct ListPosition {
  std::string name;
  Int128 value = 0;  // 0 when the order is by name

  bool operator==(const ListPosition&) const = default;
};

struct ListQuery {
  std::string prefix;
  ListOrder order = ListOrder::by_name;
  std::uint32_t limit = kDefaultPage;  // 1 to kMaxPage
  std::optional<ListPosition> after;

  bool operator==(const ListQuery&) const = default;
};

// Errc::malformed: a bad %XX. Errc::invalid: a parameter given twice, or with a value that it can't have.
Result<ListQuery> read_list_query(std::string_view query);

// The other direction: "/v1/counters?...", only what differs from the defaults.
std::string list_target(const ListQuery& query);

// A position as `next` and `after` carry it: letters and digits that mean nothing to anybody else.
std::string cursor_text(ListOrder order, const ListPosition& position);

}  // namespace tally
