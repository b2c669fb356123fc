// A graceful stop of one server, among others that hinder it.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/net/support.h"
#include "tests/server/running_server.h"

namespace tally {
namespace {

using Says = ScriptedServer::Says;
using Asked = ScriptedServer::Asked;

std::vector<ServerState> states(const ScriptedServer& balancer) {
  std::vector<ServerState> states;
  for (const Asked& asked : balancer.asked()) {
    const ServerState state = read_heartbeat(asked.body).value().state;
    if (states.empty() || states.back() != state) states.push_back(state);
  }
  return states;
}

// It recovers while it stops: the peer that it waits for never answers, and a client's body takes its time.
TEST(AStop, OfAServerThatStillStartsIsNotUndoneByTheEndOfItsStart) {
  ScriptedServer silent([](const Asked&) { return Says{.never = true}; });
  const Member peer{server_id("silent"), {6, 6}, silent.url().text()};
  ScriptedServer balancer([&](const Asked&) { return heartbeat_answer({{peer}, {}}); });
  ServerOptions options = options_of("a", {balancer.url()});
  options.recovery_timeout = milliseconds(500);
  RunningServer server(options);
  net::RawClient client(server.url().port);
  ASSERT_TRUE(
      client.send("POST /v1/counters/hits HTTP/1.1\r\nHost: a\r\n"
                  "Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{"));
  ASSERT_TRUE(eventually([&] { return !silent.asked().empty(); }));

  const auto stopped = server.stop();
  const auto pushes = [&] {
    const auto asked = silent.asked();
    return std::count_if(asked.begin(), asked.end(),
                         [](const Asked& one) { return one.target == "/v1/shares"; });
  };
  ASSERT_TRUE(eventually([&] { return pushes() > 0; })) << "the start has not ended";
  ASSERT_TRUE(client.send("\"delta\":10}"));
  EXPECT_EQ(client.read_answer().status, 503U) << "counted by nobody who could still hand it over";
  stopped.wait();
  EXPECT_EQ(states(balancer), (std::vector{ServerState::starting, ServerState::draining, ServerState::down}));
}

}  // namespace
}  // namespace tally
