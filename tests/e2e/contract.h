// One counting server and its balancer, and what every refusal is like: its status, a problem (RFC 9457),
// nothing counted, and the process goes on.
#pragma once

#include <gtest/gtest.h>

#include "tests/e2e/cluster.h"

namespace tally::e2e {

inline testing::AssertionResult is_problem(const net::ClientResponse& answer, unsigned status) {
  const auto failure = [&](const char* what) {
    return testing::AssertionFailure() << what << ": " << answer.status << " " << answer.content_type << " "
                                       << answer.body.substr(0, 1000);
  };
  if (answer.status != status) return failure("another status");
  if (answer.content_type != "application/problem+json") return failure("not a problem");
  boost::system::error_code failed;
  const auto problem = boost::json::parse(answer.body, failed);
  if (failed || !problem.is_object()) return failure("not a JSON object");
  for (const char* field : {"type", "title", "detail"}) {
    const auto* text = problem.as_object().if_contains(field);
    if (text == nullptr || !text->is_string() || text->as_string().empty()) return failure(field);
  }
  const auto* number = problem.as_object().if_contains("status");
  if (number == nullptr || *number != status) return failure("the field 'status' differs");
  const bool try_later = status == 503;
  if (try_later == answer.retry_after.empty()) return failure("Retry-After belongs to 503");
  return testing::AssertionSuccess();
}

class TheContract : public testing::Test {
 protected:
  explicit TheContract(ClusterOptions options = {}) : cluster_({"a"}, std::move(options)) {
    EXPECT_EQ(http().add(server(), "known", 7), 200U);
  }

  Http& http() { return cluster_.http(); }
  net::Url server() const { return cluster_.url("a"); }
  net::Url balancer() { return cluster_.balancer().url(); }

  // A refused request counts nothing and makes no counter.
  testing::AssertionResult nothing_counted() {
    if (http().counters(server()) == std::map<std::string, Int128>{{"known", 7}})
      return testing::AssertionSuccess();
    return testing::AssertionFailure() << http().get(server(), "/v1/counters").body;
  }

  Cluster cluster_;
};

}  // namespace tally::e2e
