// Writing JSON by appending to a string, for the answers that must be quick.
#pragma once

#include <string>
#include <string_view>

namespace tally {

// Appends `text`, which is UTF-8, as a JSON string with its quotes (RFC 8259, section 7).
void append_json_string(std::string& out, std::string_view text);

}  // namespace tally
