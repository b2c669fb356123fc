#include "api/list_query.h"

#include <charconv>

#include "api/decimal.h"
#include "api/text.h"
#include "api/uri.h"

namespace tally {

namespace {

constexpr std::string_view kByName = "name";
constexpr std::string_view kByValueDown = "-value";

std::string hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text.append({kDigits[byte >> 4], kDigits[byte & 0xf]});
  }
  return text;
}

std::optional<std::string> bytes_of_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned char byte = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (error != std::errc{} || end != text.data() + i + 2) return std::nullopt;
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

// In hexadecimal: "n" and the name, or "v", the value, a space and the name.
std::optional<ListPosition> parse_cursor(ListOrder order, std::string_view text) {
  const auto bytes = bytes_of_hex(text);
  if (!bytes || !bytes->starts_with(order == ListOrder::by_name ? 'n' : 'v')) return std::nullopt;
  std::string_view rest = std::string_view(*bytes).substr(1);
  if (order == ListOrder::by_name) return ListPosition{std::string(rest)};
  const auto value = parse_decimal(take_until(rest, ' '));
  if (!value) return std::nullopt;
  return ListPosition{std::string(rest), *value};
}

Result<ListOrder> parse_order(std::string_view text) {
  if (text == kByName) return ListOrder::by_name;
  if (text == kByValueDown) return ListOrder::by_value_down;
  return Error{Errc::invalid, quote(text) + " is not an order: use name or -value."};
}

Result<std::uint32_t> parse_limit(std::string_view text) {
  std::uint32_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc{} || end != text.data() + text.size() || limit < 1 || limit > kMaxPage) {
    return Error{Errc::invalid, quote(text) + " is not a limit: use an integer from 1 to 1000."};
  }
  return limit;
}

}  // namespace

Result<ListQuery> read_list_query(std::string_view query) {
  if (const auto known = check_parameters(query, {"prefix", "order", "limit", "after"}); !known) {
    return known.error();
  }
  const auto prefix = find_parameter(query, "prefix");
  if (!prefix) return prefix.error();
  const auto order = find_parameter(query, "order");
  if (!order) return order.error();
  const auto limit = find_parameter(query, "limit");
  if (!limit) return limit.error();
  const auto after = find_parameter(query, "after");
  if (!after) return after.error();

  ListQuery list;
  list.prefix = prefix->value_or("");
  if (*order) {
    const auto parsed = parse_order(**order);
    if (!parsed) return parsed.error();
    list.order = *parsed;
  }
  if (*limit) {
    const auto parsed = parse_limit(**limit);
    if (!parsed) return parsed.error();
    list.limit = *parsed;
  }
  if (*after) {
    list.after = parse_cursor(list.order, **after);
    if (!list.after) {
      return Error{Errc::invalid, quote(**after) +
                                      " is not a cursor of this order: pass on the next of the page "
                                      "before as it is, or leave after out to start anew."};
    }
  }
  return list;
}

std::string list_target(const ListQuery& query) {
  std::string target = "/v1/counters";
  const auto parameter = [&target](std::string_view name, std::string_view value) {
    target.push_back(target.find('?') == std::string::npos ? '?' : '&');
    target.append(name).push_back('=');
    append_percent_encoded(target, value);
  };
  if (!query.prefix.empty()) parameter("prefix", query.prefix);
  if (query.order == ListOrder::by_value_down) parameter("order", kByValueDown);
  if (query.limit != ListQuery().limit) parameter("limit", std::to_string(query.limit));
  if (query.after) parameter("after", cursor_text(query.order, *query.after));
  return target;
}

std::string cursor_text(ListOrder order, const ListPosition& position) {
  if (order == ListOrder::by_name) return hex("n" + position.name);
  std::string bytes = "v";
  append_decimal(bytes, position.value);
  return hex(bytes + " " + position.name);
}

}  // namespace tally
