#include "balancer/directory.h"

#include <set>

#include <gtest/gtest.h>

namespace tally {
namespace {

using std::chrono::seconds;

constexpr Duration kLease = seconds(3);
const Instant kStart{};

ServerId id(std::string_view text) { return ServerId::parse(text).value(); }

Heartbeat says(std::string url, ServerState state, std::uint64_t run = 1, Membership known = {}) {
  return {std::move(url), state, StreamId{0, run}, std::move(known)};
}

class ADirectory : public testing::Test {
 protected:
  void beat(std::string_view server, ServerState state, Instant now = kStart) {
    ASSERT_TRUE(directory_.heartbeat(now, id(server), says("http://" + std::string(server), state)));
  }

  std::set<std::string> assigned(Instant now) const {
    std::set<std::string> servers;
    for (int client = 0; client < 100; ++client) {
      servers.insert(directory_.assign(now, "client" + std::to_string(client)).value().id.text());
    }
    return servers;
  }

  Directory directory_{kLease};
};

TEST_F(ADirectory, ThatHeardNobodySaysSoAndThatTryingLaterHelps) {
  const auto assignment = directory_.assign(kStart, "me");
  ASSERT_FALSE(assignment);
  EXPECT_EQ(assignment.error().code, Errc::unavailable);
  EXPECT_TRUE(directory_.list(kStart).empty());
}

TEST_F(ADirectory, KeepsAClientWithItsServer) {
  for (const char* server : {"a", "b", "c"}) beat(server, ServerState::ready);
  const Assignment first = directory_.assign(kStart, "me").value();
  EXPECT_EQ(directory_.assign(kStart + seconds(1), "me").value(), first);
  EXPECT_EQ(first.url, "http://" + first.id.text());
  EXPECT_EQ(first.valid_for_ms, 60'000);
}

TEST_F(ADirectory, SpreadsClientsOverReadyServersOnly) {
  beat("a", ServerState::ready);
  beat("b", ServerState::ready);
  beat("c", ServerState::starting);
  beat("d", ServerState::draining);
  beat("e", ServerState::down);
  EXPECT_EQ(assigned(kStart), (std::set<std::string>{"a", "b"}));
}

TEST_F(ADirectory, MovesTheClientsOfASilentServerAndOnlyThose) {
  beat("a", ServerState::ready);
  beat("b", ServerState::ready);
  std::map<std::string, std::string> before;
  for (int i = 0; i < 100; ++i) {
    const std::string client = std::to_string(i);
    before[client] = directory_.assign(kStart, client).value().id.text();
  }
  const Instant later = kStart + kLease + seconds(1);
  beat("b", ServerState::ready, later);
  for (const auto& [client, server] : before) {
    EXPECT_EQ(directory_.assign(later, client).value().id.text(), "b") << server;
  }
  beat("a", ServerState::ready, later);
  for (const auto& [client, server] : before) {
    EXPECT_EQ(directory_.assign(later, client).value().id.text(), server);
  }
}

TEST_F(ADirectory, ServesTheLastKnownServersWhenAllLeasesEndAtOnce) {
  beat("a", ServerState::ready);
  beat("b", ServerState::ready);
  beat("c", ServerState::down);
  const Instant later = kStart + seconds(3600);
  EXPECT_EQ(assigned(later), (std::set<std::string>{"a", "b"}));
  for (const ListedServer& server : directory_.list(later)) EXPECT_EQ(server.state, ServerState::down);
}

TEST_F(ADirectory, CallsAServerDownOnlyWhenItsLeaseIsOver) {
  beat("a", ServerState::ready);
  EXPECT_EQ(directory_.list(kStart + kLease)[0].state, ServerState::ready);
  EXPECT_EQ(directory_.list(kStart + kLease)[0].last_seen_ms, 3000);
  EXPECT_EQ(directory_.list(kStart + kLease + Duration(1))[0].state, ServerState::down);
}

TEST_F(ADirectory, AnswersAHeartbeatWithEverybodyItEverHeardOf) {
  beat("a", ServerState::ready);
  const Member told{id("z"), StreamId{0, 9}, "http://z"};
  const Membership known =
      directory_.heartbeat(kStart, id("b"), says("http://b", ServerState::starting, 2, {{told}, {}})).value();
  EXPECT_EQ(known.members,
            (std::vector<Member>{
                {id("a"), StreamId{0, 1}, "http://a"}, {id("b"), StreamId{0, 2}, "http://b"}, told}));
  EXPECT_EQ(directory_.list(kStart).size(), 2U) << "hearsay is not a heartbeat";
}

TEST_F(ADirectory, RefusesARemovedServerForGoodAndTellsTheOthers) {
  beat("a", ServerState::ready);
  beat("b", ServerState::ready);
  ASSERT_TRUE(directory_.remove(id("a")));
  EXPECT_TRUE(directory_.remove(id("a"))) << "it is removed, as was asked";
  EXPECT_EQ(assigned(kStart), (std::set<std::string>{"b"}));
  const auto refused = directory_.heartbeat(kStart, id("a"), says("http://a", ServerState::ready));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::forbidden);
  const Membership known =
      directory_.heartbeat(kStart, id("b"), says("http://b", ServerState::ready)).value();
  EXPECT_EQ(known.removed, std::vector<ServerId>{id("a")});
}

TEST_F(ADirectory, RemovesNobodyItNeverHeardOf) {
  EXPECT_EQ(directory_.remove(id("a")).error().code, Errc::no_such_path);
  beat("a", ServerState::ready);
  const Member hearsay{id("z"), StreamId{0, 9}, "http://z"};
  ASSERT_TRUE(
      directory_.heartbeat(kStart, id("b"), says("http://b", ServerState::ready, 2, {{hearsay}, {}})));
  EXPECT_TRUE(directory_.remove(id("z"))) << "one that died before this balancer started";
}

TEST_F(ADirectory, ThatRestartedEmptyHearsOfRemovalsFromTheServers) {
  const auto told =
      directory_.heartbeat(kStart, id("b"), says("http://b", ServerState::ready, 1, {{}, {id("a")}}));
  EXPECT_EQ(told.value().removed, std::vector<ServerId>{id("a")});
  EXPECT_FALSE(directory_.heartbeat(kStart, id("a"), says("http://a", ServerState::ready)));
}

}  // namespace
}  // namespace tally
