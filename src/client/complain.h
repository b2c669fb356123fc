// What went wrong, for the person at the terminal.
#pragma once

#include <iosfwd>
#include <string_view>

namespace tally {

// "tally: TEXT", one line whatever TEXT holds: it may come from a server, and is not to move the cursor.
void complain(std::ostream& err, std::string_view text);

}  // namespace tally
