// One JSON object on a line of its own, field by field: what --output json writes (https://jsonlines.org).
#pragma once

#include <string>
#include <string_view>

#include "base/int128.h"

namespace tally {

// Fields stand in the order in which they were given. Integers have all their digits.
class JsonLine {
 public:
  // `value` is UTF-8; where it is not, its bytes beyond ASCII become '?'.
  JsonLine& text(std::string_view key, std::string_view value);
  JsonLine& integer(std::string_view key, Int128 value);
  JsonLine& boolean(std::string_view key, bool value);
  JsonLine& null(std::string_view key) { return raw(key, "null"); }
  // `json` is a whole value.
  JsonLine& raw(std::string_view key, std::string_view json);

  std::string line() const { return "{" + fields_ + "}\n"; }

  // `text` as a JSON string, with its quotes.
  static std::string quoted(std::string_view text);

 private:
  std::string fields_;
};

}  // namespace tally
