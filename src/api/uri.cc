#include "api/uri.h"

#include <algorithm>

#include "api/text.h"

namespace tally {

namespace {

constexpr char kHexDigits[] = "0123456789ABCDEF";

// -1 where `c` is no hexadecimal digit.
int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

Result<std::string> decode_form_text(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  std::string scratch;
  const auto decoded = percent_decode(spaced, scratch);
  if (!decoded) return decoded.error();
  return std::string(*decoded);
}

}  // namespace

std::string_view origin_form(std::string_view target) {
  if (target.starts_with('/')) return target;
  const std::size_t authority = target.find("://");
  if (authority == std::string_view::npos) return target;
  const std::size_t path = target.find_first_of("/?", authority + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

Target split_target(std::string_view target) {
  target = origin_form(target);
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

Result<std::string_view> percent_decode(std::string_view text, std::string& scratch) {
  std::size_t escape = text.find('%');
  if (escape == std::string_view::npos) return text;
  scratch.clear();
  std::size_t plain = 0;
  for (; escape != std::string_view::npos; escape = text.find('%', plain)) {
    const int high = escape + 2 < text.size() ? hex_value(text[escape + 1]) : -1;
    const int low = escape + 2 < text.size() ? hex_value(text[escape + 2]) : -1;
    if (high < 0 || low < 0) {
      return Error{Errc::malformed,
                   "A '%' in " + quote(text) +
                       " is not followed by two hexadecimal digits: write %25 for a percent sign."};
    }
    scratch.append(text, plain, escape - plain);
    scratch.push_back(static_cast<char>(high << 4 | low));
    plain = escape + 3;
  }
  scratch.append(text, plain);
  return std::string_view(scratch);
}

void append_percent_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kHexDigits[byte >> 4], kHexDigits[byte & 0xf]});
    }
  }
}

Result<std::optional<std::string>> find_parameter(std::string_view query, std::string_view name) {
  std::optional<std::string> found;
  while (!query.empty()) {
    std::string_view value = take_until(query, '&');
    const auto key = decode_form_text(take_until(value, '='));
    if (!key) return key.error();
    if (*key != name) continue;
    if (found) {
      return Error{Errc::invalid, "The parameter '" + std::string(name) + "' is given twice: give it once."};
    }
    auto decoded = decode_form_text(value);
    if (!decoded) return decoded.error();
    found = *std::move(decoded);
  }
  return found;
}

Result<void> check_parameters(std::string_view query, std::initializer_list<std::string_view> known) {
  while (!query.empty()) {
    std::string_view value = take_until(query, '&');
    const auto key = decode_form_text(take_until(value, '='));
    if (!key) return key.error();
    if (key->empty() || *key == "client" || std::find(known.begin(), known.end(), *key) != known.end())
      continue;
    std::string names;
    for (const std::string_view name : known) names.append(names.empty() ? "" : ", ").append(name);
    return Error{Errc::invalid,
                 "There is no parameter " + quote(*key) + " here: use " + names + ", or leave it out."};
  }
  return {};
}

}  // namespace tally
