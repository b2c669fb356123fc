#include <simdjson.h>

#include "count/counter_name.h"

namespace tally {

Result<void> check_counter_name(std::string_view name) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (name.empty() || name.size() > kMaxNameBytes || std::any_of(name.begin(), name.end(), is_control) ||
      !simdjson::validate_utf8(name)) {
    return Error{Errc::invalid, "The counter's name is bad."};
  }
  return {};
}

}  // namespace tally
