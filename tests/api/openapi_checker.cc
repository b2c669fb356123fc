#include "tests/api/openapi_checker.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <optional>

#include <boost/json.hpp>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "api/uri.h"

namespace tally {

namespace {

namespace json = boost::json;
using valijson::adapters::BoostJsonAdapter;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

std::string_view before(std::string_view text, char end) { return text.substr(0, text.find(end)); }

// What readers should ignore, a test should not.
void close_objects(json::value& schema) {
  if (auto* list = schema.if_array()) {
    for (json::value& value : *list) close_objects(value);
  } else if (auto* object = schema.if_object()) {
    for (auto& [key, value] : *object) close_objects(value);
    const auto* properties = object->if_contains("properties");
    if (properties != nullptr && properties->is_object()) object->emplace("additionalProperties", false);
  }
}

// The validator takes what only an unsigned number holds for a fraction.
void bound_integers(json::value& value) {
  if (auto* list = value.if_array()) {
    for (json::value& each : *list) bound_integers(each);
  } else if (auto* object = value.if_object()) {
    for (auto& [key, each] : *object) bound_integers(each);
  } else if (value.is_uint64()) {
    value = std::numeric_limits<std::int64_t>::max();
  }
}

}  // namespace

class OpenApiChecker::Impl {
 public:
  explicit Impl(std::string_view document) : document_(json::parse(document)) {
    close_objects(document_.at("components").at("schemas"));
  }

  std::string complaint(std::string_view method, std::string_view target, const HeardAnswer& answer) {
    const std::string_view path = split_target(target).path;
    const json::object* const item = find_item(path);
    if (item == nullptr) return complaint(component("Unknown"), 404, answer, false);
    const bool head = method == "HEAD";
    const json::value* const operation = item->if_contains(lower(head ? "GET" : method));
    // Who asks the other program finds nothing there.
    if (answer.status == 404 && item->contains("servers")) {
      return complaint(component("Unknown"), 404, answer, head);
    }
    if (operation == nullptr) return complaint(component("NoSuchMethod"), 405, answer, head);
    const json::value* const declared =
        operation->at("responses").as_object().if_contains(std::to_string(answer.status));
    if (declared == nullptr) return "The status is not declared.";
    return complaint(resolved(*declared), answer.status, answer, head);
  }

  std::map<std::string, std::string> served_paths(std::string_view program) const {
    std::map<std::string, std::string> paths;
    for (const auto& [path, item] : document_.at("paths").as_object()) {
      const json::value* const own = item.as_object().if_contains("servers");
      const json::array& servers = (own != nullptr ? *own : document_.at("servers")).as_array();
      const auto is_one = [&](const json::value& server) {
        return server.at("description").as_string() == program;
      };
      if (std::none_of(servers.begin(), servers.end(), is_one)) continue;
      std::string& methods = paths[std::string(before(path, '{'))];
      for (const auto& [key, names] :
           {std::pair{"get", "GET, HEAD"}, {"post", "POST"}, {"put", "PUT"}, {"delete", "DELETE"}}) {
        if (!item.as_object().contains(key)) continue;
        methods.append(methods.empty() ? "" : ", ").append(names);
      }
    }
    return paths;
  }

 private:
  // As the programs find theirs: what follows the last slash may contain more of them.
  const json::object* find_item(std::string_view path) const {
    const json::object* found = nullptr;
    for (const auto& [key, item] : document_.at("paths").as_object()) {
      const std::string_view fixed = before(key, '{');
      if (path == std::string_view(key)) return &item.as_object();
      if (fixed.size() < key.size() && path.starts_with(fixed)) found = &item.as_object();
    }
    return found;
  }

  const json::value& component(std::string_view response) const {
    return document_.at("components").at("responses").at(response);
  }

  const json::value& resolved(const json::value& value) const {
    const json::value* const ref = value.as_object().if_contains("$ref");
    return ref == nullptr ? value : document_.at_pointer(std::string_view(ref->as_string()).substr(1));
  }

  std::string complaint(const json::value& response, unsigned status, const HeardAnswer& answer, bool head) {
    if (answer.status != status) return "The status should be " + std::to_string(status) + ".";
    std::string wrong = header_complaint(response, answer);
    if (wrong.empty()) wrong = body_complaint(response, answer, head);
    return wrong;
  }

  std::string header_complaint(const json::value& response, const HeardAnswer& answer) {
    const json::value* const declared = response.as_object().if_contains("headers");
    for (const auto& [name, text] : answer.headers) {
      const json::value* const found =
          declared == nullptr ? nullptr : declared->as_object().if_contains(name);
      if (found == nullptr) {
        if (!text.empty()) return "The header " + name + " is not declared.";
        continue;
      }
      const json::object& header = resolved(*found).as_object();
      const bool required = header.contains("required") && header.at("required").as_bool();
      if (text.empty()) {
        if (required) return "The header " + name + " is missing.";
        continue;
      }
      const std::string wrong = schema_complaint(header.at("schema"), json::value(text));
      if (!wrong.empty()) return name + ": " + wrong;
    }
    return {};
  }

  std::string body_complaint(const json::value& response, const HeardAnswer& answer, bool head) {
    const json::value* const content = response.as_object().if_contains("content");
    if (content == nullptr) {
      return answer.body.empty() && answer.content_type.empty() ? "" : "No body is declared.";
    }
    const std::string type(before(answer.content_type, ';'));
    const json::value* const media = content->as_object().if_contains(type);
    if (media == nullptr) return "The content type is not declared.";
    if (head) return answer.body.empty() ? "" : "An answer to HEAD has a body.";
    json::value body(answer.body);
    if (type.ends_with("json")) {
      boost::system::error_code failed;
      body = json::parse(answer.body, failed);
      if (failed) return "The body is not JSON.";
      bound_integers(body);
    }
    return schema_complaint(media->at("schema"), body);
  }

  std::string schema_complaint(const json::value& schema, const json::value& value) {
    valijson::ValidationResults results;
    if (valijson::Validator().validate(compiled(schema), BoostJsonAdapter(value), &results)) return {};
    std::string wrong;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      for (const std::string& step : error.context) wrong += step;
      wrong += ": " + error.description + " ";
    }
    return wrong;
  }

  const valijson::Schema& compiled(const json::value& schema) {
    std::unique_ptr<valijson::Schema>& known = compiled_[&schema];
    if (known == nullptr) {
      // References lead from the root, and in draft 7 nothing may stand beside one.
      const json::value root{{"allOf", json::array{schema}}, {"components", document_.at("components")}};
      known = std::make_unique<valijson::Schema>();
      valijson::SchemaParser().populateSchema(BoostJsonAdapter(root), *known);
    }
    return *known;
  }

  json::value document_;
  std::map<const json::value*, std::unique_ptr<valijson::Schema>> compiled_;
};

OpenApiChecker::OpenApiChecker(std::string_view document) : impl_(std::make_unique<Impl>(document)) {}

OpenApiChecker::~OpenApiChecker() = default;

std::string OpenApiChecker::complaint(std::string_view method, std::string_view target,
                                      const HeardAnswer& answer) {
  // Patterns are std::regex, which in libstdc++ fills a table that all threads share without a lock.
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  return impl_->complaint(method, target, answer);
}

std::map<std::string, std::string> OpenApiChecker::served_paths(std::string_view program) const {
  return impl_->served_paths(program);
}

}  // namespace tally
