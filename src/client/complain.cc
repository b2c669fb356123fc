#include "client/complain.h"

#include <algorithm>
#include <ostream>
#include <string>

#include <simdjson.h>

namespace tally {

namespace {

bool is_ascii_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// U+0080 to U+009F: for terminals some of them begin what moves the cursor.
void blank_other_controls(std::string& utf8) {
  for (std::size_t at = utf8.find('\xc2'); at != std::string::npos; at = utf8.find('\xc2', at + 2)) {
    if (static_cast<unsigned char>(utf8[at + 1]) < 0xa0) utf8.replace(at, 2, "  ");
  }
}

}  // namespace

void complain(std::ostream& err, std::string_view text) {
  std::string line(text);
  std::replace_if(line.begin(), line.end(), is_ascii_control, ' ');
  if (simdjson::validate_utf8(line)) {
    blank_other_controls(line);
  } else {
    std::replace_if(line.begin(), line.end(), is_beyond_ascii, '?');
  }
  err << "tally: " << line << std::endl;
}

}  // namespace tally
