#include "base/duration.h"

#include <charconv>

namespace tally {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kLongest = hours(24);

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  const Error refusal{Errc::invalid,
                      "'" + std::string(text) +
                          "' is not a duration: write an integer and a unit, such as 250ms, 1s or "
                          "2m (at least 1ms, at most 1440m)."};
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count <= 0) return refusal;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  milliseconds one{};
  if (unit == "ms") {
    one = milliseconds(1);
  } else if (unit == "s") {
    one = seconds(1);
  } else if (unit == "m") {
    one = minutes(1);
  } else {
    return refusal;
  }
  if (count > kLongest / one) return refusal;
  return Duration(count * one);
}

std::string to_text(Duration duration) {
  const std::int64_t ms = to_ms_rounded_up(duration);
  if (ms != 0 && ms % 60000 == 0) return std::to_string(ms / 60000) + "m";
  if (ms != 0 && ms % 1000 == 0) return std::to_string(ms / 1000) + "s";
  return std::to_string(ms) + "ms";
}

std::int64_t to_ms_rounded_up(Duration duration) { return std::chrono::ceil<milliseconds>(duration).count(); }

}  // namespace tally
