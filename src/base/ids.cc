#include "base/ids.h"

#include <algorithm>
#include <charconv>

namespace tally {

namespace {

constexpr std::size_t kMaxServerIdBytes = 64;

bool is_server_id_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

bool parse_hex(std::string_view text, std::uint64_t& out) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'F'; };
  if (std::any_of(text.begin(), text.end(), upper)) return false;  // one spelling only: it is used as a key
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  return error == std::errc{} && end == text.data() + text.size();
}

void append_hex(std::string& out, std::uint64_t bits) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out.push_back(kDigits[(bits >> shift) & 0xf]);
}

}  // namespace

Result<ServerId> ServerId::parse(std::string_view text) {
  if (text.empty() || text.size() > kMaxServerIdBytes ||
      !std::all_of(text.begin(), text.end(), is_server_id_byte)) {
    return Error{Errc::invalid, "A server id is 1 to 64 letters, digits, dots, underscores or hyphens."};
  }
  return ServerId(std::string(text));
}

std::string StreamId::text() const {
  std::string text;
  text.reserve(32);
  append_hex(text, high);
  append_hex(text, low);
  return text;
}

Result<StreamId> StreamId::parse(std::string_view text) {
  StreamId id;
  if (text.size() != 32 || !parse_hex(text.substr(0, 16), id.high) || !parse_hex(text.substr(16), id.low)) {
    return Error{Errc::malformed, "A stream id is 32 lower-case hexadecimal digits."};
  }
  return id;
}

}  // namespace tally
