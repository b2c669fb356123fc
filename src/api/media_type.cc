#include "api/media_type.h"

#include <algorithm>
#include <charconv>
#include <compare>

#include "api/text.h"

namespace tally {

namespace {

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), same);
}

// How an Accept header likes one type. The more exact range decides the q; of two types with equal q the one
// that is named more exactly is liked more.
struct Liking {
  int thousandths = 0;  // of q
  int exactness = 0;    // 3: type/subtype, 2: type/*, 1: */*, 0: not named

  auto operator<=>(const Liking&) const = default;
};

int q_in_thousandths(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view value = take_until(parameters, ';');
    if (!equal_ignoring_case(trimmed(take_until(value, '=')), "q")) continue;
    value = trimmed(value);
    double q = 0;
    const auto [end, error] =
        std::from_chars(value.data(), value.data() + value.size(), q, std::chars_format::fixed);
    return error == std::errc{} && q >= 0 && q <= 1 ? static_cast<int>(q * 1000 + 0.5) : 0;
  }
  return 1000;
}

Liking liking(std::string_view accept, std::string_view type) {
  const std::string_view main_type = type.substr(0, type.find('/') + 1);
  Liking best;
  while (!accept.empty()) {
    std::string_view parameters = take_until(accept, ',');
    const std::string_view range = trimmed(take_until(parameters, ';'));
    int exactness = 0;
    if (equal_ignoring_case(range, type)) {
      exactness = 3;
    } else if (range.ends_with("/*") && equal_ignoring_case(range.substr(0, range.size() - 1), main_type)) {
      exactness = 2;
    } else if (range == "*/*") {
      exactness = 1;
    }
    if (exactness > best.exactness) best = {q_in_thousandths(parameters), exactness};
  }
  return best;
}

}  // namespace

BodyType body_type(std::string_view content_type) {
  const std::string_view essence = trimmed(take_until(content_type, ';'));
  if (essence.empty()) return BodyType::none;
  if (equal_ignoring_case(essence, kJsonType)) return BodyType::json;
  if (equal_ignoring_case(essence, "application/x-www-form-urlencoded")) return BodyType::json;
  if (equal_ignoring_case(essence, kTextType)) return BodyType::text;
  return BodyType::other;
}

ReplyType reply_type(std::string_view accept) {
  if (accept.empty() || accept == "*/*") return ReplyType::json;
  const Liking text = liking(accept, kTextType);
  if (text.thousandths == 0) return ReplyType::json;
  return text > liking(accept, kJsonType) ? ReplyType::text : ReplyType::json;
}

}  // namespace tally
