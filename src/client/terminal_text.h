// Text from elsewhere, such as a server's words or a counter's name, as a terminal may show it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tally {

// `text` if it is UTF-8, else with '?' for each byte beyond ASCII.
std::string as_utf8(std::string_view text);

// One line that moves no cursor, changes no colour and turns no writing direction: control characters become
// blanks, and so do those that embed or override a direction (Unicode's Bidi_Control).
std::string harmless(std::string_view text);

// The columns that a harmless text takes on a terminal: two for a wide character, none for a combining one.
std::size_t columns(std::string_view text);

// A harmless text in exactly `width` columns: filled up with blanks, or cut, with an ellipsis where it was.
std::string fitted(std::string_view text, std::size_t width);

}  // namespace tally
