// Which form a body has, and which form an answer should have.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally {

inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kTextType = "text/plain";
inline constexpr std::string_view kProblemType = "application/problem+json";  // RFC 9457

enum class BodyType : std::uint8_t {
  none,  // no type is given
  json,  // application/json, or application/x-www-form-urlencoded: what curl calls any -d
  text,  // text/plain
  other,
};

// Reads a Content-Type. Upper and lower case are the same, and parameters such as "; charset=utf-8" are
// ignored.
BodyType body_type(std::string_view content_type);

// It is application/json, and nothing that only passes for it.
bool is_json(std::string_view content_type);

enum class ReplyType : std::uint8_t { json, text };

// Reads an Accept header (RFC 9110, section 12.5.1): text where text/plain has a higher q than
// application/json, or the same q but is named more exactly; JSON in every other case, so also where neither
// would be acceptable.
ReplyType reply_type(std::string_view accept);

}  // namespace tally
