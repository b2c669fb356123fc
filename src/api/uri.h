// Request targets (RFC 9112, section 3.2) and the percent-encoding inside them (RFC 3986, section 2.1).
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tally {

struct Target {
  std::string_view path;
  std::string_view query;  // what follows the first '?'; empty if nothing does
};

// Path and query of a target, as sent. Also of one in absolute form, "http://host/path?query", as every
// server must understand it. A server's URL and this make the Location of a redirect.
std::string_view origin_form(std::string_view target);

// Of either form.
Target split_target(std::string_view target);

// Decodes every %XX, once. The result is `text` itself where nothing is encoded, and else lies in `scratch`.
// Errc::malformed: a '%' without two hexadecimal digits behind it.
Result<std::string_view> percent_decode(std::string_view text, std::string& scratch);

// Appends `text` with all but RFC 3986's unreserved characters encoded, slashes too: one path segment, or one
// value of a query, whatever the bytes are.
void append_percent_encoded(std::string& out, std::string_view text);

// The value of the parameter `name`, or nothing where the query does not have it. Decoded as HTML forms are:
// '+' is a space, as curl and browsers write it; a plus sign is %2B. Parameters that nobody asks for are
// ignored. Errc::malformed: a bad %XX. Errc::invalid: given twice.
Result<std::optional<std::string>> find_parameter(std::string_view query, std::string_view name);

// The query has no parameters but these, and `client`, which the balancer's redirects pass on: one that was
// mistyped would do nothing, and nobody would notice.
// Errc::malformed: a bad %XX. Errc::invalid: another parameter.
Result<void> check_parameters(std::string_view query, std::initializer_list<std::string_view> known);

}  // namespace tally
