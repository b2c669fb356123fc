// A counting server and its balancers, which are ours to script.
#include <gtest/gtest.h>

#include "tests/server/running_server.h"

namespace tally {
namespace {

using Says = ScriptedServer::Says;
using Asked = ScriptedServer::Asked;

const Member kX{server_id("x"), {1, 1}, "http://127.0.0.1:1"};

std::vector<ServerState> states(const ScriptedServer& balancer) {
  std::vector<ServerState> states;
  for (const Asked& asked : balancer.asked()) {
    const auto heartbeat = read_heartbeat(asked.body);
    EXPECT_TRUE(heartbeat) << asked.body;
    if (heartbeat && (states.empty() || states.back() != heartbeat->state))
      states.push_back(heartbeat->state);
  }
  return states;
}

bool says_ready(const ScriptedServer& balancer) {
  const auto said = states(balancer);
  return !said.empty() && said.back() == ServerState::ready;
}

std::size_t heartbeats(const ScriptedServer& balancer) { return balancer.asked().size(); }

std::set<std::string> members(Http& http, const RunningServer& server) {
  std::set<std::string> ids;
  const auto marks = boost::json::parse(http.get(server.url(), "/v1/marks").body);
  for (const auto& member : marks.at("members").as_array()) ids.emplace(member.at("id").as_string());
  return ids;
}

TEST(Heartbeats, TellAllStatesOfALifeInTheirOrder) {
  ScriptedServer balancer([](const Asked&) { return heartbeat_answer({}); });
  RunningServer server(options_of("a", {balancer.url()}));
  EXPECT_TRUE(eventually([&] { return server.ready(); }));
  const std::size_t before = heartbeats(balancer);
  EXPECT_TRUE(eventually([&] { return heartbeats(balancer) > before + 3; })) << "they stopped";
  server.stop().wait();
  EXPECT_EQ(states(balancer), (std::vector{ServerState::starting, ServerState::ready, ServerState::draining,
                                           ServerState::down}));
  const Asked first = balancer.asked().front();
  EXPECT_EQ(first.target, "/v1/servers/a");
  const auto said = read_heartbeat(first.body);
  ASSERT_TRUE(said);
  EXPECT_EQ(said->url, server.url().text());
  EXPECT_EQ(said->run, server.self().run);
}

TEST(Heartbeats, AnnounceThatAServerIsReadyBeforeItSaysSo) {
  ScriptedServer balancer([](const Asked& asked) {
    const auto heartbeat = read_heartbeat(asked.body);
    if (heartbeat && heartbeat->state == ServerState::ready) return Says{.never = true};
    return heartbeat_answer({});
  });
  RunningServer server(options_of("a", {balancer.url()}));
  Http http;
  ASSERT_TRUE(eventually([&] { return says_ready(balancer); }));
  EXPECT_FALSE(server.ready());
  EXPECT_EQ(http.add(server.url(), "hits"), 200U) << "whoever is sent there is served";
  balancer.now_says([](const Asked&) { return heartbeat_answer({}); });
  balancer.answer_kept(heartbeat_answer({}));
  EXPECT_TRUE(eventually([&] { return server.ready(); }));
}

TEST(Heartbeats, NeverOvertakeEachOther) {
  std::atomic<bool> hangs{false};
  std::atomic<int> kept{0};
  ScriptedServer balancer([&](const Asked&) {
    if (!hangs) return heartbeat_answer({});
    ++kept;
    return Says{.never = true};
  });
  RunningServer server(options_of("a", {balancer.url()}));
  ASSERT_TRUE(eventually([&] { return server.ready(); }));
  hangs = true;
  ASSERT_TRUE(eventually([&] { return kept == 1; }));
  const auto stopped = server.stop();
  ASSERT_TRUE(eventually([&] { return Http().get(server.url(), "/livez").status == 0; })) << "it is draining";
  EXPECT_EQ(kept, 1) << "another was said while one was under way";
  hangs = false;
  balancer.answer_kept(heartbeat_answer({}));
  stopped.wait();
  EXPECT_EQ(states(balancer), (std::vector{ServerState::starting, ServerState::ready, ServerState::down}));
}

TEST(Heartbeats, AnsweredWithAnEmptyListForgetNobody) {
  std::atomic<bool> restarted{false};
  ScriptedServer balancer([&restarted](const Asked&) {
    return restarted ? heartbeat_answer({}) : heartbeat_answer({{kX}, {}});
  });
  RunningServer server(options_of("a", {balancer.url()}));
  Http http;
  const std::set<std::string> both{"a", "x"};
  ASSERT_TRUE(eventually([&] { return members(http, server) == both; }));
  restarted = true;
  const std::size_t before = heartbeats(balancer);
  ASSERT_TRUE(eventually([&] { return heartbeats(balancer) > before + 3; }));
  EXPECT_EQ(members(http, server), both);
  const auto said = read_heartbeat(balancer.asked().back().body);
  ASSERT_TRUE(said);
  EXPECT_EQ(said->known.members.size(), 2U) << "and the balancer hears of everybody";
}

TEST(Heartbeats, AnsweredWithNonsenseDoNoHarm) {
  const Says nonsense[] = {
      {.status = 200, .type = "application/json", .body = "{"},
      {.status = 200, .type = "text/html", .body = "<html>hello</html>"},
      {.status = 200, .type = "application/json", .body = R"({"members":5,"removed":[],"lease_ms":1})"},
      {.status = 204},
      {.status = 307},
      {.status = 403,
       .type = "application/problem+json",
       .body = R"({"type":"/problems/wrong-certificate","status":403,"detail":"Another one."})"},
      {.status = 403, .type = "text/html", .body = "<html>a proxy minds</html>"},
      {.status = 404, .type = "text/plain", .body = "no such thing"},
      {.status = 500}};
  for (const Says& says : nonsense) {
    SCOPED_TRACE(says.status);
    ScriptedServer balancer([&says](const Asked&) { return says; });
    RunningServer server(options_of("a", {balancer.url()}));
    Http http;
    EXPECT_TRUE(eventually([&] { return server.ready(); }));
    EXPECT_EQ(http.add(server.url(), "hits"), 200U);
    EXPECT_EQ(members(http, server), std::set<std::string>{"a"});
  }
}

TEST(Heartbeats, GoOnToTheBalancersThatAnswerWhileOneHangs) {
  ScriptedServer hanging([](const Asked&) { return Says{.never = true}; });
  ScriptedServer living([](const Asked&) { return heartbeat_answer({{kX}, {}}); });
  RunningServer server(options_of("a", {hanging.url(), living.url()}));
  EXPECT_TRUE(eventually([&] { return heartbeats(living) > 5; }));
  EXPECT_TRUE(eventually([&] { return server.ready(); }))
      << "it waits for the one that hangs, but not for ever";
}

TEST(Heartbeats, ThatAreForbiddenMakeTheServerRefuseItsClients) {
  std::atomic<bool> removed{false};
  ScriptedServer balancer([&removed](const Asked&) {
    if (!removed) return heartbeat_answer({});
    return Says{403, "application/problem+json",
                R"({"type":"/problems/forbidden","title":"no","status":403,"detail":"It was removed."})"};
  });
  RunningServer server(options_of("a", {balancer.url()}));
  Http http;
  ASSERT_TRUE(eventually([&] { return server.ready(); }));
  EXPECT_EQ(http.add(server.url(), "hits"), 200U);
  removed = true;
  EXPECT_TRUE(eventually([&] { return http.add(server.url(), "others") == 403; }));
}

TEST(Heartbeats, ThatNameThisServerAsRemovedAreBelieved) {
  ScriptedServer balancer([](const Asked&) { return heartbeat_answer({{}, {server_id("a")}}); });
  RunningServer server(options_of("a", {balancer.url()}));
  Http http;
  EXPECT_TRUE(eventually([&] { return http.add(server.url(), "hits") == 403; }));
}

TEST(AServerWithoutABalancer, IsReadyAtOnceAndStopsAtOnce) {
  RunningServer server(options_of("a"));
  Http http;
  EXPECT_TRUE(eventually([&] { return http.add(server.url(), "hits") == 200; }));
  EXPECT_TRUE(eventually([&] { return server.ready(); }));
  EXPECT_EQ(server.stop().wait_for(e2e::patience(seconds(2))), std::future_status::ready)
      << "there is nobody to share with, and so nobody to wait for";
}

}  // namespace
}  // namespace tally
