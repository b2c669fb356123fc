// A client and its token, in a world that asks for one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/media_type.h"
#include "api/problem.h"
#include "tests/client/fake_world.h"

namespace tally {
namespace {

using testing::HasSubstr;
using testing::Not;

// In front of a FakeWorld: balancer and servers want that token, and let it do nothing but `allowed`.
class Guard final : public Transport {
 public:
  Guard(FakeWorld& world, std::string token, std::string allowed)
      : world_(world), token_(std::move(token)), allowed_(std::move(allowed)) {}

  Result<net::ClientResponse> send(const net::ClientRequest& request) override {
    ++world_.guarded;
    if (request.authorization != "Bearer " + token_) return problem({Errc::unauthorized, "Show a token."});
    const bool routes = request.target.starts_with("/v1/assignment") || request.target == "/v1/servers";
    if (!routes && request.method != allowed_)
      return problem({Errc::insufficient_scope, "It lacks a scope."});
    return world_.answer(request);
  }
  Instant now() override { return world_.now; }
  void pause(Duration duration) override {
    world_.now += duration;
    ++world_.pauses;
  }

 private:
  static net::ClientResponse problem(const Error& error) {
    net::ClientResponse response{.status = problem_of(error.code).status,
                                 .content_type = std::string(kProblemType)};
    append_problem(response.body, error);
    return response;
  }

  FakeWorld& world_;
  const std::string token_;
  const std::string allowed_;
};

class ClientToken : public testing::Test {
 protected:
  FailoverClient client(const std::string& token) {
    return FailoverClient({.balancers = {{"127.0.0.1", 7070}}, .client_id = "me@here", .token = token},
                          std::make_unique<Guard>(world_, "tally_t", "POST"));
  }

  FakeWorld world_{2};
};

TEST_F(ClientToken, IsShownToBalancersAndServers) {
  FailoverClient with = client("tally_t");
  EXPECT_EQ(with.add("n", 3).value(), 3);
  EXPECT_EQ(with.servers().value().size(), 2U);
  EXPECT_EQ(world_.guarded, 3U) << "assignment, add, servers";
}

TEST_F(ClientToken, ThatIsLackingIsAskedForAtOnceAndNothingIsCounted) {
  for (const char* token : {"", "tally_other"}) {
    world_.guarded = 0;
    FailoverClient without = client(token);
    const auto added = without.add("n");
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, Errc::unauthorized);
    EXPECT_THAT(added.error().detail, HasSubstr("--token-file"));
    EXPECT_THAT(added.error().detail, Not(HasSubstr("tally_other")));
    EXPECT_EQ(world_.guarded, 2U) << "an assignment, a list of servers, and no second round";
    EXPECT_EQ(world_.pauses, 0U);
    EXPECT_FALSE(without.servers());
  }
  EXPECT_EQ(world_.counted("n"), 0);
}

TEST_F(ClientToken, ThatLacksAScopeIsNotTriedElsewhere) {
  FailoverClient with = client("tally_t");
  const auto value = with.get("n");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, Errc::insufficient_scope);
  EXPECT_THAT(value.error().detail, HasSubstr("It lacks a scope. Put a token that may do this into a file"));
  EXPECT_EQ(world_.guarded, 2U) << "assignment, get";
  EXPECT_EQ(world_.pauses, 0U);
}

}  // namespace
}  // namespace tally
