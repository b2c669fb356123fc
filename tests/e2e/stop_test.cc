// A graceful stop: what is in flight is finished, what is unshared is shared, and the balancer is told.
#include <csignal>

#include <gtest/gtest.h>

#include "tests/e2e/cluster.h"
#include "tests/e2e/load.h"

namespace tally::e2e {
namespace {

constexpr Duration kStopLimit = seconds(10);

TEST(AGracefulStop, UnderLoadLosesNothingThatWasAcknowledged) {
  // What a counted last reaches b because a stops, not because an interval passes.
  Cluster cluster({"a", "b"}, {.share_interval = patience(seconds(2))});
  const std::string client = cluster.client_of("a");
  std::vector<std::unique_ptr<Load>> loads;
  for (int i = 0; i < 4; ++i)
    loads.push_back(std::make_unique<Load>(cluster.balancer().url(), client, "hits"));
  ASSERT_TRUE(eventually([&] { return loads.back()->acknowledged_by("a") > 200; }));

  cluster.server("a").process().signal(SIGTERM);
  EXPECT_EQ(cluster.server("a").process().wait(kStopLimit), 0);
  EXPECT_EQ(cluster.server("a").process().out().find("warning"), std::string::npos);
  EXPECT_EQ(cluster.state("a"), "down");
  EXPECT_EQ(cluster.assigned(client), "b");
  ASSERT_TRUE(eventually([&] { return loads.back()->acknowledged_by("b") > 20; }))
      << "the client did not move on";

  Int128 acknowledged = 0;
  Int128 unknown = 0;  // a request and the end of its connection may cross
  for (const auto& load : loads) {
    load->stop();
    acknowledged += load->acknowledged();
    unknown += load->unknown();
    EXPECT_EQ(load->refused(), 0U);
  }
  const Int128 value = cluster.http().value(cluster.url("b"), "hits").value_or(-1);
  EXPECT_GE(value, acknowledged);
  EXPECT_LE(value, acknowledged + unknown);
}

TEST(AGracefulStop, WithoutAReachablePeerEndsInTimeAndSaysWhatIsLost) {
  Cluster cluster({"a", "b"});
  cluster.server("b").kill();
  ASSERT_EQ(cluster.http().add(cluster.url("a"), "hits", 5), 200U);
  cluster.server("a").process().signal(SIGTERM);
  EXPECT_EQ(cluster.server("a").process().wait(kStopLimit), 0);
  EXPECT_NE(cluster.server("a").process().out().find("shared with nobody"), std::string::npos);
  EXPECT_EQ(cluster.state("a"), "down");
}

TEST(AGracefulStop, HandsOverToAPeerThatAnswersOnlyNow) {
  Cluster cluster({"a", "b"});
  cluster.server("b").process().signal(SIGSTOP);
  ASSERT_EQ(cluster.http().add(cluster.url("a"), "hits", 5), 200U);
  cluster.server("a").process().signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return cluster.state("a") == "draining"; })) << "it does not wait for b";
  cluster.server("b").process().signal(SIGCONT);
  EXPECT_EQ(cluster.server("a").process().wait(kStopLimit), 0);
  EXPECT_EQ(cluster.server("a").process().out().find("shared with nobody"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return cluster.http().value(cluster.url("b"), "hits") == 5; }));
}

TEST(AGracefulStop, WhereNothingIsUnsharedHasNothingToSay) {
  Cluster cluster({"a", "b"});
  for (const std::string& id : cluster.ids()) cluster.server(id).process().signal(SIGTERM);
  for (const std::string& id : cluster.ids()) {
    EXPECT_EQ(cluster.server(id).process().wait(kStopLimit), 0);
    EXPECT_EQ(cluster.server(id).process().out().find("warning"), std::string::npos)
        << cluster.server(id).process().out();
  }
  cluster.balancer().process().signal(SIGINT);
  EXPECT_EQ(cluster.balancer().process().wait(kStopLimit), 0);
}

TEST(AGracefulStop, EndsInTimeThoughTheBalancerAndClientsHangOn) {
  Cluster cluster({"a"});
  cluster.balancer().process().signal(SIGSTOP);  // it accepts, and never answers
  ASSERT_EQ(cluster.http().add(cluster.url("a"), "hits"), 200U);
  cluster.server("a").process().signal(SIGINT);
  EXPECT_EQ(cluster.server("a").process().wait(kStopLimit), 0);
}

}  // namespace
}  // namespace tally::e2e
