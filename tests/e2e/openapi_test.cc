// /openapi.json, and what it shows how to ask.
#include "tests/e2e/contract.h"

namespace tally::e2e {
namespace {

namespace json = boost::json;

// The examples of a body of that type, as they are sent.
std::vector<std::string> examples_of(const std::string& type, const json::object& media) {
  std::vector<std::string> bodies;
  const auto add = [&](const json::value& example) {
    bodies.push_back(type == "application/json" ? json::serialize(example)
                                                : std::string(example.as_string()));
  };
  if (const auto* example = media.if_contains("example")) add(*example);
  if (const auto* examples = media.if_contains("examples")) {
    for (const auto& [name, example] : examples->as_object()) add(example.at("value"));
  }
  return bodies;
}

using TheDescription = TheContract;

TEST_F(TheDescription, IsServedByBothPrograms) {
  for (const net::Url& url : {server(), balancer()}) {
    const auto answer = http().get(url, "/openapi.json");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body, openapi_document());
  }
}

TEST_F(TheDescription, ShowsBodiesThatAreTaken) {
  const json::value document = json::parse(openapi_document());
  int sent = 0;
  for (const auto& [path, item] : document.at("paths").as_object()) {
    std::string target(path);
    if (const auto brace = target.find('{'); brace != std::string::npos)
      target.replace(brace, target.size(), "b");
    const auto* const served_by = item.as_object().if_contains("servers");
    const bool by_balancer = served_by != nullptr && served_by->at(0).at("description") == "balancer";
    for (const auto& [method, operation] : item.as_object()) {
      const auto* const body =
          operation.is_object() ? operation.as_object().if_contains("requestBody") : nullptr;
      if (body == nullptr) continue;
      for (const auto& [type, media] : body->at("content").as_object()) {
        for (const std::string& example : examples_of(type, media.as_object())) {
          const auto answer = http().send({.method = method == "put" ? "PUT" : "POST",
                                           .server = by_balancer ? balancer() : server(),
                                           .target = target,
                                           .content_type = type,
                                           .body = example});
          EXPECT_EQ(answer.status, 200U)
              << method << " " << target << " " << type << " " << example << ": " << answer.body;
          ++sent;
        }
      }
    }
  }
  EXPECT_GE(sent, 8);
}

}  // namespace
}  // namespace tally::e2e
