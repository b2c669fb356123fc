// Small things done to text that came from outside.
#pragma once

#include <string>
#include <string_view>

namespace tally {

// Without the spaces, tabs and line ends around it.
std::string_view trimmed(std::string_view text);

// Cuts `rest` behind its first `separator`, and returns what stood before it: all of it where there is none.
std::string_view take_until(std::string_view& rest, char separator);

// As error messages show input: in single quotes; what is long is cut, between two characters of UTF-8.
std::string quote(std::string_view text);

}  // namespace tally
