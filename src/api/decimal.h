// Integers as text, in whole: no digit is ever rounded away.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/int128.h"

namespace tally {

// A sign or none, then 1 to 38 digits (leading zeros not counted) and nothing else.
std::optional<Int128> parse_decimal(std::string_view text);

void append_decimal(std::string& out, Int128 value);

}  // namespace tally
