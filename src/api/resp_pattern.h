// Redis's patterns for names: * ? [a-z] [^a-z] \x (stringmatchlen()). By bytes, as there.
#pragma once

#include <cstddef>
#include <string_view>

namespace tally {

// A pattern costs at most its length times the name's, and a name needs no longer one: that is every byte
// escaped.
inline constexpr std::size_t kMostPatternBytes = 512;

bool matches_pattern(std::string_view pattern, std::string_view name);

}  // namespace tally
