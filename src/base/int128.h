// Sums of 64-bit totals, taken where they cannot overflow.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace tally {

__extension__ using Int128 = __int128;

// 2^64 streams with totals of 2^63 each would be needed to overflow it.
constexpr bool fits_int64(Int128 value) {
  return value >= std::numeric_limits<std::int64_t>::min() &&
         value <= std::numeric_limits<std::int64_t>::max();
}

// All digits, "-" first where negative.
std::string to_decimal(Int128 value);

}  // namespace tally
