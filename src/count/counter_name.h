// What may be the name of a counter. Pure: any thread.
#pragma once

#include <string_view>

#include "base/result.h"

namespace tally {

inline constexpr std::size_t kMaxNameBytes = 255;

// 1 to 255 bytes of UTF-8 (RFC 3629: no surrogates, no overlong forms) without control characters (U+0000 to
// U+001F, U+007F to U+009F). The error is Errc::invalid and says which of these it was.
Result<void> check_counter_name(std::string_view name);

}  // namespace tally
