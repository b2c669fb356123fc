// Whole counting servers in this process, all their threads at once.
#include <gtest/gtest.h>

#include "tests/server/running_server.h"

namespace tally {
namespace {

using Asked = ScriptedServer::Asked;

TEST(CountingServers, UnderLoadFromAllSidesEndUpEqualAndExact) {
  constexpr int kThreads = 4;
  constexpr int kAdds = 300;
  std::mutex mutex;
  std::vector<Member> members;
  ScriptedServer balancer([&](const Asked&) {
    const std::lock_guard lock(mutex);
    return heartbeat_answer({members, {}});
  });
  RunningServer a(options_of("a", {balancer.url()}));
  RunningServer b(options_of("b", {balancer.url()}));
  {
    const std::lock_guard lock(mutex);
    members = {a.self(), b.self()};
  }
  ASSERT_TRUE(eventually([&] { return a.ready() && b.ready(); }));

  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      Http http;
      const net::Url server = (i % 2 == 0 ? a : b).url();
      const std::string own = "own-" + std::to_string(i);
      for (int add = 0; add < kAdds; ++add) {
        EXPECT_EQ(http.add(server, "hits"), 200U);
        EXPECT_EQ(
            http.post(server, "/v1/counters", R"([{"name":"hits"},{"name":")" + own + R"(","delta":2}])")
                .status,
            200U);
        if (add % 10 != 0) continue;
        EXPECT_GE(http.value(server, own), 2 * add);
        EXPECT_GE(http.counters(server).size(), 2U);
        EXPECT_TRUE(http.tree(server, "hits").is_object());
        EXPECT_EQ(http.get(server, "/v1/marks").status, 200U);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  std::map<std::string, Int128> expected{{"hits", 2 * kThreads * kAdds}};
  for (int i = 0; i < kThreads; ++i) expected["own-" + std::to_string(i)] = 2 * kAdds;
  Http http;
  EXPECT_TRUE(
      eventually([&] { return http.counters(a.url()) == expected && http.counters(b.url()) == expected; }));
}

TEST(CountingServers, StoppedUnderLoadHandOverAllThatTheyAcknowledged) {
  std::mutex mutex;
  std::vector<Member> members;
  ScriptedServer balancer([&](const Asked&) {
    const std::lock_guard lock(mutex);
    return heartbeat_answer({members, {}});
  });
  RunningServer a(options_of("a", {balancer.url()}));
  RunningServer b(options_of("b", {balancer.url()}));
  {
    const std::lock_guard lock(mutex);
    members = {a.self(), b.self()};
  }
  ASSERT_TRUE(eventually([&] { return a.ready() && b.ready(); }));

  std::atomic<std::int64_t> acknowledged{0};
  std::atomic<std::int64_t> unknown{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      Http http;
      unsigned status = 200;
      while (status == 200) {
        status = http.add(a.url(), "hits");
        if (status == 200) ++acknowledged;
        if (status == 0) ++unknown;
      }
    });
  }
  ASSERT_TRUE(eventually([&] { return acknowledged > 50; }));
  EXPECT_EQ(a.stop().wait_for(e2e::patience(seconds(10))), std::future_status::ready);
  for (std::thread& thread : threads) thread.join();
  Http http;
  const Int128 value = http.value(b.url(), "hits").value_or(-1);
  EXPECT_GE(value, acknowledged);
  EXPECT_LE(value, acknowledged + unknown);
}

}  // namespace
}  // namespace tally
