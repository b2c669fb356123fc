#include "api/json_text.h"

#include <algorithm>

namespace tally {

namespace {

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void append_escape(std::string& out, char c) {
  constexpr char kHexDigits[] = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: out.append({'\\', 'u', '0', '0', kHexDigits[c >> 4], kHexDigits[c & 0xf]});
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (auto plain = text.begin();;) {
    const auto special = std::find_if(plain, text.end(), needs_escape);
    out.append(plain, special);
    if (special == text.end()) break;
    append_escape(out, *special);
    plain = special + 1;
  }
  out.push_back('"');
}

}  // namespace tally
