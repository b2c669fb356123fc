#include "api/answers.h"

#include <simdjson.h>

#include "api/decimal.h"
#include "api/text.h"

namespace tally {

namespace {

namespace ondemand = simdjson::ondemand;

// Every field that any of the answers has.
struct Fields {
  std::optional<std::string> name;
  std::optional<Int128> value;
  std::optional<std::int64_t> staleness_ms;
  std::optional<bool> complete;
  std::vector<std::string> missing;
  std::optional<std::vector<CounterValue>> counters;
  std::optional<Ack> ack;
  std::optional<std::string> next;
  std::optional<std::vector<TreeNode>> nodes;
};

Error not_understood() {
  return Error{
      Errc::unknown_outcome,
      "The server's answer was not understood: check that the address is a Tally server's, of about this "
      "program's version."};
}

bool is_null(ondemand::value value) { return trimmed(value.raw_json_token()) == "null"; }

// The readers below return false where the JSON is broken or a field is not what it should be.

bool read_text(ondemand::value value, std::optional<std::string>& out) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return false;
  out = std::string(text);
  return true;
}

bool read_integer(ondemand::value value, std::optional<Int128>& out) {
  out = parse_decimal(trimmed(value.raw_json_token()));  // not get_int64(): it may have more digits
  return out.has_value();
}

bool read_staleness(ondemand::value value, std::optional<std::int64_t>& out) {
  if (is_null(value)) return true;
  std::int64_t ms = 0;
  if (value.get_int64().get(ms) != simdjson::SUCCESS || ms < 0) return false;
  out = ms;
  return true;
}

bool read_truth(ondemand::value value, std::optional<bool>& out) {
  bool truth = false;
  if (value.get_bool().get(truth) != simdjson::SUCCESS) return false;
  out = truth;
  return true;
}

bool read_ack(ondemand::value value, std::optional<Ack>& out) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return false;
  const auto ack = parse_ack(text);
  if (!ack) return false;
  out = *ack;
  return true;
}

bool read_missing(ondemand::value value, std::vector<std::string>& out) {
  ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return false;
  for (auto element : array) {
    std::string_view text;
    if (element.get_string().get(text) != simdjson::SUCCESS) return false;
    out.emplace_back(text);
  }
  return true;
}

bool read_counters(ondemand::value value, std::optional<std::vector<CounterValue>>& out);
bool read_nodes(ondemand::value value, std::optional<std::vector<TreeNode>>& out);

bool read_field(std::string_view key, ondemand::value value, Fields& out) {
  if (key == "name") return read_text(value, out.name);
  if (key == "value") return read_integer(value, out.value);
  if (key == "staleness_ms") return read_staleness(value, out.staleness_ms);
  if (key == "complete") return read_truth(value, out.complete);
  if (key == "missing") return read_missing(value, out.missing);
  if (key == "counters") return read_counters(value, out.counters);
  if (key == "ack") return read_ack(value, out.ack);
  if (key == "next") return is_null(value) || read_text(value, out.next);
  if (key == "nodes") return read_nodes(value, out.nodes);
  return true;
}

// `read(key, value)` reads each.
template <class Read>
bool read_each_field(ondemand::object object, Read read) {
  for (auto member : object) {
    ondemand::field field;
    std::string_view key;
    if (std::move(member).get(field) != simdjson::SUCCESS) return false;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS) return false;
    if (!read(key, field.value())) return false;
  }
  return true;
}

bool read_fields(ondemand::object object, Fields& out) {
  return read_each_field(
      object, [&out](std::string_view key, ondemand::value value) { return read_field(key, value, out); });
}

std::optional<TreeNode> read_node(ondemand::object object) {
  std::optional<std::string> key;
  std::optional<Int128> value;
  std::optional<Int128> computed;
  std::optional<bool> valid;
  std::optional<std::vector<TreeNode>> children;
  const bool read = read_each_field(object, [&](std::string_view name, ondemand::value field) {
    if (name == "key") return read_text(field, key);
    if (name == "value") return read_integer(field, value);
    if (name == "computed") return read_integer(field, computed);
    if (name == "valid") return read_truth(field, valid);
    if (name == "children") return read_nodes(field, children);
    return true;
  });
  if (!read || !key || !value || !computed || !valid || !children) return std::nullopt;
  return TreeNode{*std::move(key), *value, *computed, *valid, *std::move(children)};
}

// A list of objects; `read` makes one item of each, or nothing.
template <class Item, class Read>
bool read_objects(ondemand::value value, std::optional<std::vector<Item>>& out, Read read) {
  ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return false;
  out.emplace();
  for (auto element : array) {
    ondemand::object object;
    if (element.get_object().get(object) != simdjson::SUCCESS) return false;
    std::optional<Item> item = read(object);
    if (!item) return false;
    out->push_back(*std::move(item));
  }
  return true;
}

// As deep as simdjson lets a document be.
bool read_nodes(ondemand::value value, std::optional<std::vector<TreeNode>>& out) {
  return read_objects(value, out, &read_node);
}

bool read_counters(ondemand::value value, std::optional<std::vector<CounterValue>>& out) {
  return read_objects(value, out, [](ondemand::object object) -> std::optional<CounterValue> {
    Fields fields;
    if (!read_fields(object, fields) || !fields.name || !fields.value) return std::nullopt;
    return CounterValue{*std::move(fields.name), *fields.value};
  });
}

std::optional<Fields> read_answer(std::string_view body) {
  const simdjson::padded_string padded(body);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::object object;
  Fields fields;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return std::nullopt;
  if (document.get_object().get(object) != simdjson::SUCCESS) return std::nullopt;
  if (!read_fields(object, fields)) return std::nullopt;
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
    return std::nullopt;  // something follows
  return fields;
}

}  // namespace

Result<ReadAnswer> read_read_answer(std::string_view body) {
  auto fields = read_answer(body);
  if (!fields || !fields->name || !fields->value || !fields->complete) return not_understood();
  return ReadAnswer{{*std::move(fields->name), *fields->value},
                    fields->staleness_ms,
                    *fields->complete,
                    std::move(fields->missing)};
}

Result<AddAnswer> read_add_answer(std::string_view body) {
  auto fields = read_answer(body);
  if (!fields || !fields->name || !fields->value || !fields->ack) return not_understood();
  return AddAnswer{{*std::move(fields->name), *fields->value}, *fields->ack};
}

Result<BatchAnswer> read_batch_answer(std::string_view body) {
  auto fields = read_answer(body);
  if (!fields || !fields->counters || !fields->ack) return not_understood();
  return BatchAnswer{*std::move(fields->counters), *fields->ack};
}

Result<PageAnswer> read_page_answer(std::string_view body) {
  auto fields = read_answer(body);
  if (!fields || !fields->counters) return not_understood();
  return PageAnswer{*std::move(fields->counters), std::move(fields->next)};
}

Result<TreeAnswer> read_tree_answer(std::string_view body) {
  auto fields = read_answer(body);
  if (!fields || !fields->name || !fields->nodes) return not_understood();
  return TreeAnswer{*std::move(fields->name), *std::move(fields->nodes)};
}

}  // namespace tally
