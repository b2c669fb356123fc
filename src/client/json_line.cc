#include "client/json_line.h"

#include "api/json_text.h"
#include "client/terminal_text.h"

namespace tally {

JsonLine& JsonLine::text(std::string_view key, std::string_view value) { return raw(key, quoted(value)); }

std::string JsonLine::quoted(std::string_view text) {
  std::string json;
  append_json_string(json, as_utf8(text));
  return json;
}

JsonLine& JsonLine::integer(std::string_view key, Int128 value) { return raw(key, to_decimal(value)); }

JsonLine& JsonLine::boolean(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }

JsonLine& JsonLine::raw(std::string_view key, std::string_view json) {
  if (!fields_.empty()) fields_.push_back(',');
  append_json_string(fields_, key);
  fields_.append(":").append(json);
  return *this;
}

}  // namespace tally
