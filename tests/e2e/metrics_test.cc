// Both programs, watched.
#include <gtest/gtest.h>

#include "tests/e2e/cluster.h"
#include "tests/e2e/eventually.h"
#include "tests/e2e/metrics_page.h"

namespace tally::e2e {
namespace {

class Metrics : public testing::Test {
 protected:
  ParsedMetrics scrape(const net::Url& of) {
    const net::ClientResponse answer = cluster_.http().get(of, "/metrics");
    EXPECT_EQ(answer.status, 200U) << answer.body;
    EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
    ParsedMetrics metrics(answer.body);
    EXPECT_EQ(metrics.wrong(), "") << answer.body;
    return metrics;
  }
  double value(const net::Url& of, const std::string& series) {
    return scrape(of).value(series).value_or(-1);
  }

  Cluster cluster_{{"a", "b"}};
};

TEST_F(Metrics, OfAServerFollowWhatItCountsUntilOthersHoldIt) {
  EXPECT_EQ(value(cluster_.url("a"), "tally_ready"), 1);
  ASSERT_EQ(cluster_.http().add(cluster_.url("a"), "hits", 3), 200U);
  EXPECT_EQ(value(cluster_.url("a"), "tally_adds_total"), 1);
  EXPECT_TRUE(eventually([&] { return value(cluster_.url("a"), "tally_unshared_adds") == 0; }));
  cluster_.server("b").kill();
  ASSERT_EQ(cluster_.http().add(cluster_.url("a"), "hits", 3), 200U);
  EXPECT_EQ(value(cluster_.url("a"), "tally_unshared_adds"), 1);
}

TEST_F(Metrics, OfTheBalancerSayWhoThereIs) {
  const net::Url& balancer = cluster_.balancer().url();
  EXPECT_EQ(value(balancer, "tally_servers{state=\"ready\"}"), 2);
  EXPECT_EQ(value(balancer, "tally_servers{state=\"down\"}"), 0);
  EXPECT_GE(value(balancer, "tally_requests_total{action=\"heartbeat\"}"), 2);
  EXPECT_EQ(value(balancer, "tally_requests_total{action=\"redirect\"}"), 0);
  EXPECT_EQ(cluster_.http().get(balancer, "/v1/counters/hits").status, 307U);
  EXPECT_EQ(value(balancer, "tally_requests_total{action=\"redirect\"}"), 1);
  EXPECT_EQ(value(balancer, "tally_responses_total{code=\"3xx\"}"), 1);
}

}  // namespace
}  // namespace tally::e2e
