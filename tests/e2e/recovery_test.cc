// Servers die, come back and join, and so does the balancer: counting goes on, and all agree again.
#include <gtest/gtest.h>

#include "tests/e2e/cluster.h"
#include "tests/e2e/load.h"

namespace tally::e2e {
namespace {

// What `at` knows of `server`'s own counting: its node in the collation tree, as far as it was shared.
Int128 known_of(Cluster& cluster, const std::string& server, const std::string& at,
                const std::string& counter) {
  const auto find = [&server](const auto& self, const boost::json::value& nodes) -> Int128 {
    for (const auto& node : nodes.as_array()) {
      if (node.at("key").as_string() == server) return node.at("value").to_number<std::int64_t>();
      if (const Int128 found = self(self, node.at("children")); found != 0) return found;
    }
    return 0;
  };
  return find(find, cluster.http().tree(cluster.url(at), counter).at("nodes"));
}

TEST(AServerThatCrashed, GetsItsCountBackFromTheOthersAndOnlyTheLastIntervalIsMissing) {
  Cluster cluster({"a", "b"});
  Load on_a(cluster.balancer().url(), cluster.client_of("a"), "hits");
  Load on_b(cluster.balancer().url(), cluster.client_of("b"), "hits");
  ASSERT_TRUE(eventually([&] {
    return on_a.acknowledged() > 100 && on_b.acknowledged() > 100 && known_of(cluster, "a", "b", "hits") > 50;
  }));

  // What a had acknowledged by now, b knows soon, without anybody asking for it.
  const Int128 earlier = on_a.acknowledged_by("a");
  EXPECT_TRUE(eventually([&] { return known_of(cluster, "a", "b", "hits") >= earlier; }));

  const Int128 shared = known_of(cluster, "a", "b", "hits");
  cluster.server("a").kill();
  EXPECT_TRUE(eventually([&] { return on_a.acknowledged_by("b") > 100; })) << "a's client did not go on at b";
  const Int128 since_last_share = on_a.acknowledged_by("a") - shared;

  cluster.server("a").start();
  EXPECT_TRUE(eventually([&] { return cluster.all_ready(); }));
  on_a.stop();
  on_b.stop();

  const Int128 acknowledged = on_a.acknowledged() + on_b.acknowledged();
  std::optional<Int128> agreed;
  EXPECT_TRUE(eventually([&] {
    agreed = cluster.http().value(cluster.url("a"), "hits");
    return agreed && *agreed >= acknowledged - since_last_share && cluster.all_say("hits", *agreed);
  })) << "they do not agree, or more is missing than what was acknowledged since the last share";
  EXPECT_LE(*agreed, acknowledged + on_a.unknown() + on_b.unknown()) << "counted twice";
  EXPECT_EQ(on_a.refused() + on_b.refused(), 0U);
}

TEST(AServerThatCrashed, LosesNothingThatWasShared) {
  Cluster cluster({"a", "b", "c"});
  ASSERT_EQ(cluster.http().add(cluster.url("a"), "hits", 1000), 200U);
  ASSERT_TRUE(eventually([&] { return cluster.all_say("hits", 1000); }));
  cluster.server("a").kill();
  cluster.server("a").start();
  ASSERT_TRUE(eventually([&] { return cluster.all_ready(); }));
  EXPECT_EQ(cluster.http().value(cluster.url("a"), "hits"), 1000) << "ready, but without its own count";
  ASSERT_EQ(cluster.http().add(cluster.url("a"), "hits", 1), 200U);
  EXPECT_TRUE(eventually([&] { return cluster.all_say("hits", 1001); }));
}

TEST(AServerThatCrashed, HearsOfWhatTheOthersCountedMeanwhile) {
  Cluster cluster({"a", "b"});
  cluster.server("a").kill();
  ASSERT_EQ(cluster.http().add(cluster.url("b"), "hits", 5), 200U);
  cluster.server("a").start();
  ASSERT_TRUE(eventually([&] { return cluster.all_ready(); }));
  EXPECT_TRUE(eventually([&] { return cluster.all_say("hits", 5); }));
}

TEST(AllServers, KilledAndStartedAtOnceComeUpBecauseNobodyWaitsForNobody) {
  // With a limit that no wait of this test reaches: it is not the limit that makes them ready.
  Cluster cluster({"a", "b", "c"}, {.server_arguments = {"--recovery-timeout", "1440m"}});
  for (const std::string& id : cluster.ids()) ASSERT_EQ(cluster.http().add(cluster.url(id), "before"), 200U);
  for (const std::string& id : cluster.ids()) cluster.server(id).kill();
  for (const std::string& id : cluster.ids()) cluster.server(id).start();
  ASSERT_TRUE(eventually([&] { return cluster.all_ready(); }));
  for (const std::string& id : cluster.ids()) ASSERT_EQ(cluster.http().add(cluster.url(id), "after"), 200U);
  EXPECT_TRUE(eventually([&] { return cluster.all_say("after", 3); }));
}

TEST(AThirdServer, JoinsARunningClusterAndShowsEveryCount) {
  Cluster cluster({"a", "b"});
  std::string batch = "[";
  for (int i = 0; i < 1500; ++i) {
    batch += (i == 0 ? "" : ",") +
             (R"({"name":"counter-)" + std::to_string(i) + R"(","delta":)" + std::to_string(i) + "}");
  }
  for (const char* id : {"a", "b"}) {
    ASSERT_EQ(cluster.http().post(cluster.url(id), "/v1/counters", batch + "]").status, 200U);
  }
  cluster.add("c");
  ASSERT_TRUE(eventually([&] { return cluster.all_ready(); }));
  std::map<std::string, Int128> expected;
  for (int i = 0; i < 1500; ++i) expected["counter-" + std::to_string(i)] = 2 * i;
  EXPECT_TRUE(eventually([&] { return cluster.http().counters(cluster.url("c")) == expected; }));
  EXPECT_NE(cluster.client_of("c"), "") << "and it has clients of its own";
}

TEST(TheBalancer, DiesAndComesBackEmptyWhileCountingAndSharingGoOn) {
  Cluster cluster({"a", "b"});
  Load on_a(cluster.balancer().url(), cluster.client_of("a"), "hits");
  const std::string client_of_b = cluster.client_of("b");
  ASSERT_TRUE(eventually([&] { return on_a.acknowledged() > 10; }));
  cluster.balancer().kill();

  const std::uint64_t before = on_a.acknowledged();
  ASSERT_TRUE(eventually([&] { return on_a.acknowledged() > before + 100; })) << "counting stopped";
  const Int128 counted = on_a.acknowledged();
  EXPECT_TRUE(eventually([&] { return cluster.http().value(cluster.url("b"), "hits") >= counted; }))
      << "sharing stopped";

  cluster.balancer().start();
  EXPECT_TRUE(eventually([&] { return cluster.all_ready(); })) << "heartbeats did not bring its list back";
  EXPECT_EQ(cluster.assigned(client_of_b), "b");
  on_a.stop();
  EXPECT_EQ(on_a.unknown() + on_a.refused(), 0U);
  EXPECT_TRUE(eventually([&] { return cluster.all_say("hits", on_a.acknowledged()); }));
}

}  // namespace
}  // namespace tally::e2e
