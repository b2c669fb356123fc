// How far counting may go without asking anybody, and why nothing overflows on the way.
//
// An add is fast when all that it touches is small: its delta, the cell that it changes, and what the other
// streams hold. Everything else takes the slow path, alone, where totals are exact and every sum is checked
// in 128 bits.
//
//   * A single add changes a cell by compare-and-swap from a value that it has just checked, so it never goes
//     over the cell's limit by more than its delta.
//   * A batch checks all its cells, then adds to all. Between the two, others may have added; but a thread
//     adds to one counter at most once between its check and its section's end. So at most kMaxThreads adds
//     were under way when the cell went over its limit, and every later check sees that it did.
//
// So the counter's total stays within kMostOfFastAdds for as long as only fast adds change it, and the total
// plus what the other streams held when this add checked it, which is what a reply says, fits into 64 bits.
// That the other streams grow meanwhile changes nothing: the reply is computed from the sum that was checked.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/int128.h"

namespace tally {

inline constexpr std::size_t kMaxThreads = 4096;
inline constexpr std::size_t kSpreadCells = 8;

// At most this much, either way:
inline constexpr std::int64_t kSmallDelta = std::int64_t{1} << 48;   // a request's deltas to one counter
inline constexpr std::int64_t kSmallCell = std::int64_t{1} << 62;    // the counter's one cell, before an add
inline constexpr std::int64_t kSmallSpread = std::int64_t{1} << 57;  // each of its spread cells, after an add
inline constexpr std::int64_t kSmallOthers = std::int64_t{1} << 60;  // all other streams' totals together

inline constexpr Int128 kMostOfFastAdds =
    Int128{kSmallCell} + Int128{kMaxThreads} * kSmallDelta + Int128{kSpreadCells} * kSmallSpread;
static_assert(fits_int64(kMostOfFastAdds + kSmallOthers) && fits_int64(-kMostOfFastAdds - kSmallOthers));

constexpr bool within(Int128 value, std::int64_t limit) { return -Int128{limit} <= value && value <= limit; }

}  // namespace tally
