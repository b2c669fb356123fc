#include "api/json_fields.h"

#include "api/text.h"
#include "base/server_url.h"

namespace tally {

namespace {

namespace json = boost::json;

Error wrong_field(std::string_view key, std::string_view expected) {
  return Error{Errc::invalid, "The message's '" + std::string(key) + "' is missing or is not " +
                                  std::string(expected) +
                                  ": are both programs Tally of about the same version?"};
}

}  // namespace

Result<json::object> parse_json_object(std::string_view text) {
  boost::system::error_code failed;
  json::value value = json::parse(text, failed);
  if (failed) return Error{Errc::malformed, "The message is not JSON: " + failed.message() + "."};
  if (!value.is_object()) return Error{Errc::invalid, "The message is not a JSON object: send {...}."};
  return std::move(value.get_object());
}

Result<std::string_view> string_field(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return wrong_field(key, "a string");
  return std::string_view(value->get_string());
}

Result<std::int64_t> count_field(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  const std::int64_t* count = value ? value->if_int64() : nullptr;
  if (count == nullptr || *count < 0) return wrong_field(key, "an integer of 0 or more");
  return *count;
}

Result<const json::object*> object_field(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_object()) return wrong_field(key, "an object");
  return &value->get_object();
}

Result<ServerId> server_id_field(const json::object& object, std::string_view key) {
  const auto text = string_field(object, key);
  if (!text) return text.error();
  return ServerId::parse(*text);
}

Result<StreamId> stream_id_field(const json::object& object, std::string_view key) {
  const auto text = string_field(object, key);
  if (!text) return text.error();
  auto id = StreamId::parse(*text);
  if (!id) return wrong_field(key, "32 lower-case hexadecimal digits");
  return id;
}

Result<std::string_view> url_field(const json::object& object, std::string_view key) {
  auto text = string_field(object, key);
  if (!text) return text.error();
  if (!parse_server_url(*text)) {
    return Error{
        Errc::invalid,
        quote(*text) +
            " is not a server's URL: write it as http://host:port or https://host:port, without a path."};
  }
  return text;
}

Result<std::span<const json::value>> list_field(const json::object& object, std::string_view key) {
  using List = std::span<const json::value>;
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return List();
  if (!value->is_array()) return wrong_field(key, "a list");
  return List(value->get_array().data(), value->get_array().size());
}

}  // namespace tally
