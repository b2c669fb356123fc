#include "api/media_type.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "api/text.h"

namespace tally {

namespace {

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), same);
}

int q_in_thousandths(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view value = take_until(parameters, ';');
    if (!equal_ignoring_case(trimmed(take_until(value, '=')), "q")) continue;
    value = trimmed(value);
    double q = 0;
    const auto [end, error] =
        std::from_chars(value.data(), value.data() + value.size(), q, std::chars_format::fixed);
    return error == std::errc{} && q >= 0 && q <= 1 ? static_cast<int>(std::lround(q * 1000)) : 0;
  }
  return 1000;
}

// How much an Accept header likes a type: first by its q, then by how exactly it names the type; 0 is not at
// all. The most exact range decides the q.
int liking(std::string_view accept, std::string_view type) {
  const std::string_view main_type = type.substr(0, type.find('/') + 1);
  int best_exactness = 0;
  int thousandths = 0;
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
    if (exactness > best_exactness) {
      best_exactness = exactness;
      thousandths = q_in_thousandths(parameters);
    }
  }
  return thousandths == 0 ? 0 : thousandths * 10 + best_exactness;
}

}  // namespace

bool is_json(std::string_view content_type) {
  return equal_ignoring_case(trimmed(take_until(content_type, ';')), kJsonType);
}

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
  return liking(accept, kTextType) > liking(accept, kJsonType) ? ReplyType::text : ReplyType::json;
}

}  // namespace tally
