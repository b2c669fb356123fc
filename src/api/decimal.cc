#include "api/decimal.h"

#include <algorithm>
#include <charconv>

namespace tally {

namespace {

constexpr std::size_t kMaxDigits = 38;  // 10^38 < 2^127

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Int128> parse_decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  if (text.size() > kMaxDigits) return std::nullopt;
  Int128 magnitude = 0;
  for (const char c : text) magnitude = magnitude * 10 + (c - '0');
  return negative ? -magnitude : magnitude;
}

void append_decimal(std::string& out, Int128 value) {
  if (!fits_int64(value)) {
    out += to_decimal(value);
    return;
  }
  char digits[20];  // "-9223372036854775808"
  const auto [end, error] =
      std::to_chars(std::begin(digits), std::end(digits), static_cast<std::int64_t>(value));
  out.append(digits, end);
}

}  // namespace tally
