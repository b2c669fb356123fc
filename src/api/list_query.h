// GET /v1/counters?prefix=&order=name|-value&limit=100&after=CURSOR: which counters to list, in pages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "count/list_query.h"

namespace tally {

inline constexpr std::uint32_t kMaxPage = 1000;

// Errc::malformed: a bad %XX. Errc::invalid: a parameter given twice, or with a value that it can't have.
Result<ListQuery> read_list_query(std::string_view query);

// The other direction: "/v1/counters?...", only what differs from the defaults.
std::string list_target(const ListQuery& query);

// A position as `next` and `after` carry it: letters and digits that mean nothing to anybody else.
std::string cursor_text(ListOrder order, const ListPosition& position);

}  // namespace tally
