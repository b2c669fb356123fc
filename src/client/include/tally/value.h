// A counter's value, exact. Each server's own share of it fits in 64 bits; the sum over many may not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <tally/export.h>

namespace tally {

// A signed integer of 128 bits in two's complement, high() * 2^64 + low().
class Value {
 public:
  constexpr Value() = default;  // 0
  constexpr explicit Value(std::int64_t value)
      : high_(value < 0 ? -1 : 0), low_(static_cast<std::uint64_t>(value)) {}
  constexpr Value(std::int64_t high, std::uint64_t low) : high_(high), low_(low) {}

  constexpr std::int64_t high() const { return high_; }
  constexpr std::uint64_t low() const { return low_; }

  // Nothing where 64 bits do not hold it.
  constexpr std::optional<std::int64_t> as_int64() const {
    const auto value = static_cast<std::int64_t>(low_);
    if (high_ != (value < 0 ? -1 : 0)) return std::nullopt;
    return value;
  }

  // All digits, "-" first where negative.
  TALLY_API std::string to_string() const;

  friend constexpr bool operator==(Value a, Value b) { return a.high_ == b.high_ && a.low_ == b.low_; }
  friend constexpr bool operator!=(Value a, Value b) { return !(a == b); }
  friend constexpr bool operator<(Value a, Value b) {
    return a.high_ != b.high_ ? a.high_ < b.high_ : a.low_ < b.low_;
  }
  friend constexpr bool operator>(Value a, Value b) { return b < a; }
  friend constexpr bool operator<=(Value a, Value b) { return !(b < a); }
  friend constexpr bool operator>=(Value a, Value b) { return !(a < b); }

 private:
  std::int64_t high_ = 0;
  std::uint64_t low_ = 0;
};

}  // namespace tally
