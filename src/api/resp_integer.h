// Integers as the Redis protocol writes them: exactly as its server would print them, and nothing else.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tally {

// "0", or a digit from 1 to 9 and any digits, "-" before it or not, that fit into 64 bits. No "+1", "01",
// "-0" or blanks (string2ll() in Redis).
inline std::optional<std::int64_t> parse_resp_integer(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.starts_with('0') && text.size() > 1) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace tally
