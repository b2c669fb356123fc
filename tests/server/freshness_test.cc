#include "server/freshness.h"

#include <gtest/gtest.h>

#include "tests/server/running_server.h"

namespace tally {
namespace {

constexpr Instant at(int second) { return Instant(seconds(second)); }

class FreshnessClaims : public testing::Test {
 protected:
  static std::vector<std::string> ids(const Freshness::Claim& claim) {
    std::vector<std::string> ids;
    for (const ServerId& id : claim.missing) ids.push_back(id.text());
    return ids;
  }
  using Ids = std::vector<std::string>;

  Freshness freshness{seconds(1)};  // whoever was not vouched for within four seconds is missing
};

TEST_F(FreshnessClaims, NothingIsClaimedBeforeAnythingIsKnown) {
  const auto claim = freshness.claim(freshness.through(), at(100));
  EXPECT_EQ(claim.staleness_ms, std::nullopt);
  EXPECT_FALSE(claim.complete);
}

TEST_F(FreshnessClaims, AServerThatIsAloneIsFresh) {
  freshness.publish(Instant::max(), {});
  const auto claim = freshness.claim(freshness.through(), at(100));
  EXPECT_EQ(claim.staleness_ms, 0);
  EXPECT_TRUE(claim.complete);
  EXPECT_TRUE(freshness.fresh_claim(freshness.through(), at(99), at(100)).complete);
}

TEST_F(FreshnessClaims, AgesAreRoundedUp) {
  freshness.publish(at(98), {});
  EXPECT_EQ(freshness.claim(at(98), at(100) + Duration(1)).staleness_ms, 2001);
  EXPECT_EQ(freshness.claim(at(98), at(98)).staleness_ms, 0);
}

TEST_F(FreshnessClaims, WhoeverWasNotVouchedForInTimeIsMissing) {
  freshness.publish(at(50), {{server_id("b"), at(98)}, {server_id("c"), at(50)}, {server_id("c"), at(51)}});
  const auto claim = freshness.claim(freshness.through(), at(100));
  EXPECT_EQ(claim.staleness_ms, 50'000);
  EXPECT_FALSE(claim.complete);
  EXPECT_EQ(ids(claim), Ids{"c"});
  EXPECT_TRUE(freshness.claim(at(50), at(54)).complete);
  EXPECT_FALSE(freshness.claim(at(50), at(54) + Duration(1)).complete);
}

TEST_F(FreshnessClaims, AFreshReadMissesWhoeverDidNotAnswerSince) {
  freshness.publish(at(98), {{server_id("b"), at(98)}, {server_id("c"), at(99)}});
  const auto claim = freshness.fresh_claim(freshness.through(), at(99), at(100));
  EXPECT_FALSE(claim.complete);
  EXPECT_EQ(ids(claim), Ids{"b"});
}

// ---- of a server that runs

class FreshReadsTest : public testing::Test {
 protected:
  boost::json::object read(const RunningServer& server, const std::string& query = "?fresh=true") {
    return boost::json::parse(http_.get(server.url(), "/v1/counters/hits" + query).body).as_object();
  }
  Http http_;
};

TEST_F(FreshReadsTest, ShowWhatAnotherServerHasJustAcknowledged) {
  auto slow = [](std::string_view id, std::vector<net::Url> balancers) {
    ServerOptions options = options_of(id, std::move(balancers));
    options.share_interval = seconds(60);
    return options;
  };
  RunningServer b(slow("b", {}));
  ScriptedServer balancer([&](const ScriptedServer::Asked&) { return heartbeat_answer({{b.self()}, {}}); });
  RunningServer a(slow("a", {balancer.url()}));
  ASSERT_TRUE(eventually([&] { return a.ready() && b.ready(); }));
  for (int i = 1; i <= 20; ++i) {
    ASSERT_EQ(http_.add(b.url(), "hits"), 200U);
    const auto answer = read(a);
    EXPECT_EQ(answer.at("value"), i);
    EXPECT_EQ(answer.at("complete"), true);
  }
}

TEST_F(FreshReadsTest, NameWhoeverDidNotAnswer) {
  ScriptedServer silent([](const ScriptedServer::Asked&) { return ScriptedServer::Says{.never = true}; });
  const Member member{server_id("silent"), {6, 6}, silent.url().text()};
  ScriptedServer balancer([&](const ScriptedServer::Asked&) { return heartbeat_answer({{member}, {}}); });
  ServerOptions options = options_of("a", {balancer.url()});
  options.recovery_timeout = milliseconds(50);
  RunningServer a(options);
  ASSERT_TRUE(eventually([&] { return a.ready(); }));
  const auto answer = read(a);
  EXPECT_EQ(answer.at("complete"), false);
  EXPECT_TRUE(answer.at("staleness_ms").is_null());
  EXPECT_EQ(answer.at("missing"), (boost::json::array{"silent"}));
  EXPECT_EQ(http_.get(a.url(), "/v1/counters/hits?fresh=yes").status, 422U);
}

TEST_F(FreshReadsTest, NameWhoeverDidNotAnswerHoweverLongTheIntervalIs) {
  RunningServer b(options_of("b"));
  const Member b_member = b.self();
  ScriptedServer silent([](const ScriptedServer::Asked&) { return ScriptedServer::Says{.never = true}; });
  const Member member{server_id("silent"), {6, 6}, silent.url().text()};
  ScriptedServer balancer([&](const ScriptedServer::Asked&) {
    return heartbeat_answer({{member, b_member}, {}});
  });
  ServerOptions options = options_of("a", {balancer.url()});
  options.recovery_timeout = milliseconds(50);
  options.share_interval = seconds(60);
  RunningServer a(options);
  ASSERT_TRUE(eventually([&] { return a.ready(); }));
  EXPECT_EQ(read(a).at("missing"), (boost::json::array{"b", "silent"})) << "which may hold last words of b's";
}

TEST_F(FreshReadsTest, ArePlainNumbersForWhoeverPrefersThem) {
  RunningServer a(options_of("a"));
  ASSERT_TRUE(eventually([&] { return a.ready(); }));
  ASSERT_EQ(http_.add(a.url(), "hits"), 200U);
  EXPECT_EQ(http_.get(a.url(), "/v1/counters/hits?fresh=true", "text/plain").body, "1");
}

}  // namespace
}  // namespace tally
