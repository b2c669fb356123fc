// The OpenAPI document, and whether a lie in it, or in an answer, is seen.
#include "api/openapi.h"

#include <gtest/gtest.h>

#include "api/problem.h"
#include "api/route.h"
#include "tests/api/openapi_checker.h"

namespace tally {
namespace {

constexpr std::string_view kReading = R"({"name":"x","value":5,"staleness_ms":null,"complete":true})";

HeardAnswer answer(unsigned status, std::string_view body, std::string content_type = "application/json") {
  return {status, std::move(content_type), std::string(body)};
}

HeardAnswer problem(Errc code) {
  HeardAnswer heard{problem_of(code).status, "application/problem+json"};
  append_problem(heard.body, {code, "What happened."});
  const unsigned retry_after_s = problem_of(code).retry_after_s;
  heard.headers["Retry-After"] = retry_after_s == 0 ? "" : std::to_string(retry_after_s);
  return heard;
}

std::string complaint(std::string_view method, std::string_view target, const HeardAnswer& heard) {
  return OpenApiChecker(openapi_document()).complaint(method, target, heard);
}

TEST(OpenApi, NamesEveryRouteAndNoOther) {
  const OpenApiChecker checker(openapi_document());
  for (const auto& [program, description] :
       {std::pair{Program::counting_server, "counting server"}, {Program::balancer, "balancer"}}) {
    std::map<std::string, std::string> routes;
    for (const auto& [path, methods] : served_paths(program)) routes.emplace(path, methods);
    EXPECT_EQ(checker.served_paths(description), routes) << description;
  }
}

TEST(OpenApi, KnowsEveryProblemOfAnAdd) {
  for (const Errc code :
       {Errc::malformed, Errc::forbidden, Errc::too_slow, Errc::out_of_range, Errc::too_large,
        Errc::unsupported_type, Errc::invalid, Errc::header_too_large, Errc::unavailable, Errc::full}) {
    EXPECT_EQ(complaint("POST", "/v1/counters/x", problem(code)), "") << problem_of(code).type;
  }
  EXPECT_EQ(complaint("GET", "/nowhere", problem(Errc::no_such_path)), "");
  EXPECT_EQ(complaint("DELETE", "/v1/counters/x", problem(Errc::method_not_allowed)), "");
}

TEST(OpenApi, TakesWhatItPromises) {
  EXPECT_EQ(complaint("GET", "/v1/counters/a/b%20c?fresh=true", answer(200, kReading)), "");
  EXPECT_EQ(complaint("HEAD", "/v1/counters/x", answer(200, "")), "");
  EXPECT_EQ(complaint("GET", "/v1/counters/x", answer(200, "-12", "text/plain")), "");
  EXPECT_EQ(complaint("GET", "/v1/counters/x",
                      {307, "", "", {{"Location", "http://127.0.0.1:7071/v1/counters/x"}}}),
            "");
  EXPECT_EQ(complaint("GET", "/v1/counters", answer(200, R"({"counters":[],"next":null})")), "");
  EXPECT_EQ(
      complaint("GET", "/v1/counters/x",
                answer(200, R"({"name":"x","value":18446744073709551614,"staleness_ms":1,"complete":true})")),
      "");
  EXPECT_EQ(complaint("DELETE", "/v1/servers/a", {204}), "");
  EXPECT_EQ(complaint("GET", "/v1/servers", problem(Errc::no_such_path)), "") << "at a counting server";
}

TEST(OpenApi, SeesALieInAnAnswer) {
  struct Lie {
    const char* what;
    const char* method;
    const char* target;
    HeardAnswer heard;
  };
  HeardAnswer without_retry_after = problem(Errc::unavailable);
  without_retry_after.headers["Retry-After"] = "";
  HeardAnswer with_retry_after = problem(Errc::invalid);
  with_retry_after.headers["Retry-After"] = "1";
  HeardAnswer without_allow = problem(Errc::method_not_allowed);
  without_allow.headers["Allow"] = "";
  for (const Lie& lie : {
           Lie{"another status", "GET", "/v1/counters/x", answer(201, kReading)},
           Lie{"another type", "GET", "/v1/counters/x", answer(200, kReading, "text/html")},
           Lie{"no JSON", "GET", "/v1/counters/x", answer(200, "{")},
           Lie{"a missing field", "GET", "/v1/counters/x", answer(200, R"({"name":"x","value":5})")},
           Lie{"a field too many", "GET", "/livez", answer(200, R"({"state":"ready","mood":"good"})")},
           Lie{"a wrong field", "GET", "/livez", answer(200, R"({"state":"well"})")},
           Lie{"a wrong field below", "GET", "/v1/counters",
               answer(200, R"({"counters":[{"name":"x","value":"5"}],"next":null})")},
           Lie{"a fraction", "POST", "/v1/counters/x",
               answer(200, R"({"name":"x","value":0.5,"ack":"disk"})")},
           Lie{"text that is no number", "GET", "/v1/counters/x", answer(200, "many", "text/plain")},
           Lie{"a body that should not be", "DELETE", "/v1/servers/a", answer(204, "{}")},
           Lie{"a missing header", "GET", "/v1/counters/x", without_retry_after},
           Lie{"a missing header", "PUT", "/v1/counters/x", without_allow},
           Lie{"a header too many", "GET", "/v1/counters/x", with_retry_after},
           Lie{"a wrong header", "GET", "/v1/counters/x", {307, "", "", {{"Location", "/v1/counters/x"}}}},
           Lie{"a path that is none", "GET", "/v1/counter/x", answer(200, kReading)},
           Lie{"a method that is none", "DELETE", "/v1/counters/x", answer(200, kReading)},
       }) {
    EXPECT_NE(complaint(lie.method, lie.target, lie.heard), "") << lie.what;
  }
}

TEST(OpenApi, IsNotBelievedWhereItLies) {
  std::string lying(openapi_document());
  const std::string truth = R"("required": ["name", "value", "staleness_ms", "complete"])";
  lying.replace(lying.find(truth), truth.size(), R"("required": ["name", "value", "mood"])");
  EXPECT_NE(OpenApiChecker(lying).complaint("GET", "/v1/counters/x", answer(200, kReading)), "");
}

}  // namespace
}  // namespace tally
