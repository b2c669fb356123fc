#include "client/complain.h"

#include <ostream>

#include "client/terminal_text.h"

namespace tally {

void complain(std::ostream& err, std::string_view text) { err << "tally: " << harmless(text) << std::endl; }

}  // namespace tally
