#include "api/text.h"

#include <algorithm>

namespace tally {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::size_t kMaxQuotedBytes = 60;

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return taken;
}

std::string quote(std::string_view text) {
  if (text.size() <= kMaxQuotedBytes) return "'" + std::string(text) + "'";
  std::size_t end = kMaxQuotedBytes;
  while (end > 0 && continues_a_character(text[end])) --end;
  return "'" + std::string(text.substr(0, end)) + "...'";
}

}  // namespace tally
