#include "api/add_request.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <boost/json.hpp>
#include <simdjson.h>

#include "api/decimal.h"
#include "api/json_text.h"
#include "api/media_type.h"
#include "api/text.h"
#include "count/counter_name.h"

namespace tally {

namespace {

namespace ondemand = simdjson::ondemand;

Error unsupported_type(std::string_view content_type, std::string_view instead) {
  return Error{Errc::unsupported_type, "The content type " + quote(content_type) +
                                           " is not understood here: send " + std::string(instead) + "."};
}

Error bad_delta() {
  return Error{Errc::invalid,
               "A delta is an integer from -9223372036854775808 to 9223372036854775807 without fraction or "
               R"(exponent: write it like -3 or "-3".)"};
}

Error bad_json(std::string_view reason) {
  return Error{Errc::malformed, "The body is not JSON (" + std::string(reason) + "): correct it."};
}

Error bad_json(simdjson::error_code code) { return bad_json(simdjson::error_message(code)); }

// The on-demand parser stops at the first entry that we do not take, without a look at what follows. JSON
// that is broken somewhere is broken JSON all the same.
Error refusal_of(std::string_view body, const Error& error) {
  boost::system::error_code failed;
  if (error.code == Errc::invalid) boost::json::parse(body, failed);
  return failed ? bad_json(failed.message()) : error;
}

Result<std::int64_t> delta_of(std::string_view text) {
  const auto delta = parse_decimal(text);
  if (!delta || !fits_int64(*delta)) return bad_delta();
  return static_cast<std::int64_t>(*delta);
}

// The integers of RFC 8259, section 6, have no plus sign and no leading zeros.
bool is_json_integer(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.starts_with('+') && (text == "0" || !text.starts_with('0'));
}

Result<std::int64_t> delta_in(ondemand::value value) {
  ondemand::json_type type{};
  if (const auto failed = value.type().get(type)) return bad_json(failed);
  if (type == ondemand::json_type::string) {
    std::string_view text;
    if (const auto failed = value.get_string().get(text)) return bad_json(failed);
    return delta_of(text);
  }
  if (type != ondemand::json_type::number) return bad_delta();
  const std::string_view token = trimmed(value.raw_json_token());
  return is_json_integer(token) ? delta_of(token) : bad_delta();
}

// Which keys an object may have.
enum class Keys : std::uint8_t { delta_only, name_and_delta };

Error unknown_key(std::string_view key, Keys keys) {
  return Error{Errc::invalid,
               "The key " + quote(key) + " is not understood: write " +
                   (keys == Keys::delta_only ? R"({"delta":-3}.)" : R"({"name":"a","delta":-3}.)")};
}

Error repeated_key(std::string_view key) {
  return Error{Errc::invalid, "The key " + quote(key) + " is given twice: give it once."};
}

Result<NamedDelta> entry_in(ondemand::object object, Keys keys) {
  std::optional<std::string_view> name;
  std::optional<std::int64_t> delta;
  for (auto member : object) {
    ondemand::field field;
    if (const auto failed = std::move(member).get(field)) return bad_json(failed);
    std::string_view key;
    if (const auto failed = field.unescaped_key().get(key)) return bad_json(failed);
    if (key == "delta") {
      if (delta) return repeated_key(key);
      const auto read = delta_in(field.value());
      if (!read) return read.error();
      delta = *read;
    } else if (key == "name" && keys == Keys::name_and_delta) {
      if (name) return repeated_key(key);
      std::string_view text;
      const auto failed = field.value().get_string().get(text);
      if (failed == simdjson::INCORRECT_TYPE)
        return Error{Errc::invalid, "The name is not a string: quote it."};
      if (failed) return bad_json(failed);
      const auto checked = check_counter_name(text);
      if (!checked) return checked.error();
      name = text;
    } else {
      return unknown_key(key, keys);
    }
  }
  if (!name && keys == Keys::name_and_delta) {
    return Error{Errc::invalid, R"(It has no name: write {"name":"a","delta":-3}.)"};
  }
  return NamedDelta{name.value_or(std::string_view()), delta.value_or(1)};
}

Error at_entry(std::size_t index, Error error) {
  error.detail = "Entry " + std::to_string(index) + " of the list (the first is 0): " + error.detail;
  return error;
}

}  // namespace

class AddReader::Json {
 public:
  Result<std::int64_t> read_delta(std::string_view body) {
    ondemand::document document;
    if (const auto failed = parser_.iterate(padded(body)).get(document)) return bad_json(failed);
    ondemand::object object;
    if (const auto failed = document.get_object().get(object))
      return not_the(failed, R"(an object: send {"delta":-3}.)");
    const auto entry = entry_in(object, Keys::delta_only);
    if (!entry) return entry.error();
    if (!at_end(document)) return bad_json(simdjson::TRAILING_CONTENT);
    return entry->delta;
  }

  Result<std::span<const NamedDelta>> read_batch(std::string_view body) {
    ondemand::document document;
    if (const auto failed = parser_.iterate(padded(body)).get(document)) return bad_json(failed);
    ondemand::array array;
    if (const auto failed = document.get_array().get(array)) {
      return not_the(failed, R"(a list: send [{"name":"a","delta":-3}].)");
    }
    entries_.clear();
    for (auto element : array) {
      if (entries_.size() == kMaxBatchEntries) {
        return Error{Errc::invalid, "The list has more than 10000 entries: send it in several requests."};
      }
      ondemand::object object;
      if (const auto failed = element.get_object().get(object)) {
        return at_entry(entries_.size(), not_the(failed, R"(an object: write {"name":"a","delta":-3}.)"));
      }
      const auto entry = entry_in(object, Keys::name_and_delta);
      if (!entry) return at_entry(entries_.size(), entry.error());
      entries_.push_back(*entry);
    }
    if (!at_end(document)) return bad_json(simdjson::TRAILING_CONTENT);
    return std::span<const NamedDelta>(entries_);
  }

 private:
  static Error not_the(simdjson::error_code failed, std::string_view expected) {
    if (failed != simdjson::INCORRECT_TYPE) return bad_json(failed);
    return Error{Errc::invalid, "The JSON is not " + std::string(expected)};
  }

  static bool at_end(ondemand::document& document) {
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  }

  // simdjson reads up to SIMDJSON_PADDING bytes behind the end.
  simdjson::padded_string_view padded(std::string_view body) {
    buffer_.assign(body);
    buffer_.append(simdjson::SIMDJSON_PADDING, ' ');
    return simdjson::padded_string_view(buffer_.data(), body.size(), buffer_.size());
  }

  ondemand::parser parser_;
  std::string buffer_;
  std::vector<NamedDelta> entries_;  // the names lie in the parser's buffer
};

AddReader::AddReader() : json_(std::make_unique<Json>()) {}
AddReader::~AddReader() = default;
AddReader::AddReader(AddReader&&) noexcept = default;
AddReader& AddReader::operator=(AddReader&&) noexcept = default;

Result<std::int64_t> AddReader::read_delta(std::string_view content_type, std::string_view body) {
  const BodyType type = body_type(content_type);
  if (type == BodyType::other)
    return unsupported_type(content_type, R"({"delta":-3} as JSON, or text/plain)");
  if (body.empty()) return 1;
  if (type == BodyType::text) return delta_of(trimmed(body));
  auto delta = json_->read_delta(body);
  if (!delta) return refusal_of(body, delta.error());
  return delta;
}

Result<std::span<const NamedDelta>> AddReader::read_batch(std::string_view content_type,
                                                          std::string_view body) {
  const BodyType type = body_type(content_type);
  if (type == BodyType::other || type == BodyType::text) {
    return unsupported_type(content_type, "a list as application/json");
  }
  auto batch = json_->read_batch(body);
  if (!batch) return refusal_of(body, batch.error());
  return batch;
}

void append_delta(std::string& out, std::int64_t delta) {
  out += R"({"delta":)";
  append_decimal(out, delta);
  out += "}";
}

void append_batch(std::string& out, std::span<const NamedDelta> deltas) {
  out += "[";
  for (const NamedDelta& entry : deltas) {
    if (&entry != deltas.data()) out += ",";
    out += R"({"name":)";
    append_json_string(out, entry.name);
    out += R"(,"delta":)";
    append_decimal(out, entry.delta);
    out += "}";
  }
  out += "]";
}

}  // namespace tally
