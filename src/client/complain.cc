#include "client/complain.h"

#include <algorithm>
#include <ostream>
#include <string>

namespace tally {

void complain(std::ostream& err, std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
      ' ');
  err << "tally: " << line << std::endl;
}

}  // namespace tally
