// The terminal that standard output goes to.
#pragma once

#include <cstddef>

namespace tally {

struct TerminalSize {
  std::size_t rows = 24;
  std::size_t columns = 80;
};

// As it is now; 24 rows of 80 columns where it does not say, or is none.
TerminalSize terminal_size();

// Whether what is written to standard output may be coloured: it is a terminal that is not dumb, and NO_COLOR
// is not set (https://no-color.org).
bool may_colour();

}  // namespace tally
