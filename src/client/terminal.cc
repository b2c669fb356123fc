#include "client/terminal.h"

#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace tally {

TerminalSize terminal_size() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return {};
  return {size.ws_row, size.ws_col};
}

bool may_colour() {
  const char* const no_colour = std::getenv("NO_COLOR");
  const char* const kind = std::getenv("TERM");
  const bool refused = no_colour != nullptr && *no_colour != 0;
  const bool dumb = kind == nullptr || std::string_view(kind) == "dumb";
  return isatty(STDOUT_FILENO) != 0 && !refused && !dumb;
}

}  // namespace tally
