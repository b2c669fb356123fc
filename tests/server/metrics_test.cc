// What a scraper finds at /metrics.
#include <cmath>
#include <ctime>

#include <gtest/gtest.h>

#include "store/memory_store.h"
#include "tests/e2e/metrics_page.h"
#include "tests/net/support.h"
#include "tests/server/running_server.h"

namespace tally {
namespace {

using e2e::ParsedMetrics;

TEST(AScraper, RefusesWhatIsNotAsTheFormatSays) {
  const std::string family = "# HELP a_total What it is.\n# TYPE a_total counter\n";
  EXPECT_EQ(ParsedMetrics(family + "a_total 1\n").wrong(), "");
  EXPECT_EQ(ParsedMetrics(family + "a_total{x=\"\\\"\",y=\"\"} 1\na_total 2\n").wrong(), "");
  for (const char* wrong :
       {"a_total 1", "a_total\n", "a_total one\n", "b_total 1\n", "a_total 1\na_total 2\n", "a_total -1\n",
        "a_total{x=\"} 1\n", "a_total{=\"\"} 1\n", "a_total{x=\"\\x\"} 1\n", "# EOF\n",
        "# HELP a_total Again.\n# TYPE a_total counter\n", "# HELP a What.\n# TYPE a counter\n",
        "# HELP h What.\n# TYPE h histogram\nh_count 1\nh_bucket{le=\"1\"} 1\n",
        "# HELP h What.\n# TYPE h histogram\nh_count 2\nh_bucket{le=\"+Inf\"} 1\n"}) {
    EXPECT_NE(ParsedMetrics(family + wrong).wrong(), "") << wrong;
  }
}

class Scraped : public testing::Test {
 protected:
  ParsedMetrics scrape(const net::Url& server) {
    const net::ClientResponse answer = http_.get(server, "/metrics");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
    ParsedMetrics metrics(answer.body);
    EXPECT_EQ(metrics.wrong(), "") << answer.body;
    return metrics;
  }
  ParsedMetrics scrape(const RunningServer& server) { return scrape(server.url()); }

  // As its name and labels stand there; nothing is -1.
  double value(const RunningServer& server, const std::string& series) {
    return scrape(server).value(series).value_or(-1);
  }

  bool becomes(const RunningServer& server, const std::string& series, double expected) {
    return eventually([&] { return value(server, series) == expected; });
  }

  std::string share_of(const Member& sender, std::uint64_t after, std::uint64_t through,
                       const std::vector<NamedEntry>& entries) {
    return shares_.body(sender, {sender.run, sender.id, Sequence{after}, Sequence{through}}, entries);
  }

  unsigned post(const RunningServer& server, const std::string& share) {
    return http_.post(server.url(), "/v1/shares", share, "application/x-protobuf").status;
  }

  Http http_;
  e2e::ShareWriter shares_;
};

TEST_F(Scraped, AServerWithoutOthersSaysThatItAloneHoldsWhatItCounted) {
  RunningServer a(options_of("a"));
  ASSERT_TRUE(becomes(a, "tally_ready", 1));
  EXPECT_EQ(value(a, "tally_unshared_adds"), 0);
  EXPECT_EQ(http_.add(a.url(), "hits", 5), 200U);
  EXPECT_EQ(http_.add(a.url(), "hits", -2), 200U);
  EXPECT_EQ(http_.post(a.url(), "/v1/counters", R"([{"name":"x"},{"name":"y"},{"name":"x"}])").status, 200U);
  const ParsedMetrics metrics = scrape(a);
  EXPECT_EQ(metrics.value("tally_adds_total"), 5);
  EXPECT_EQ(metrics.value("tally_unshared_adds"), 5);
  EXPECT_EQ(metrics.value("tally_counters"), 3);
  EXPECT_EQ(metrics.value("tally_requests_total{action=\"add\"}"), 2);
  EXPECT_EQ(metrics.value("tally_requests_total{action=\"batch\"}"), 1);
  EXPECT_EQ(metrics.value("tally_requests_total{action=\"read\"}"), 0);
  EXPECT_EQ(metrics.value("tally_responses_total{code=\"4xx\"}"), 0);
  EXPECT_EQ(http_.get(a.url(), "/v1/counters").status, 200U);
  EXPECT_EQ(http_.get(a.url(), "/nowhere").status, 404U);
  EXPECT_EQ(http_.post(a.url(), "/v1/counters/x?ack=disk").status, 422U);
  EXPECT_EQ(value(a, "tally_responses_total{code=\"4xx\"}"), 2);
  EXPECT_GE(value(a, "tally_responses_total{code=\"2xx\"}"), 4);
  EXPECT_EQ(value(a, "tally_requests_total{action=\"list\"}"), 1);
  EXPECT_NEAR(metrics.value("tally_share_interval_seconds").value_or(-1), 0.02, 1e-9);
  EXPECT_EQ(metrics.value("tally_connections{protocol=\"http\"}"), 1);
  EXPECT_FALSE(metrics.value("tally_unsynced_adds")) << "there is no disk";
  EXPECT_EQ(metrics.value("tally_alarms_total{kind=\"fork\"}"), 0) << "named before there is one";
}

TEST_F(Scraped, AServerTellsWhoSpeaksTheRedisProtocol) {
  ServerOptions options = options_of("a");
  options.resp = net::Endpoint{"127.0.0.1", 0};
  RunningServer a(options);
  ASSERT_TRUE(becomes(a, "tally_ready", 1));
  net::RawClient client(a.resp_port());
  client.send("INCR hits\r\nINCR hits\r\nPING\r\n");
  EXPECT_EQ(client.read(15), ":1\r\n:2\r\n+PONG\r\n");
  EXPECT_TRUE(becomes(a, "tally_resp_commands_total", 3));
  EXPECT_EQ(value(a, "tally_connections{protocol=\"resp\"}"), 1);
  EXPECT_EQ(value(a, "tally_adds_total"), 2);
}

TEST_F(Scraped, WhatAPeerAnsweredToHoldIsShared) {
  RunningServer a(options_of("a"));
  RunningServer b(options_of("b"));
  ASSERT_TRUE(eventually([&] { return a.ready() && b.ready(); }));
  EXPECT_EQ(http_.add(a.url(), "hits"), 200U);
  EXPECT_EQ(http_.add(b.url(), "hits"), 200U);
  // They have no balancer: each is told of the other by a share of it.
  EXPECT_EQ(post(a, share_of({server_id("b"), b.self().run, b.self().url}, 0, 0, {})), 200U);
  ASSERT_TRUE(becomes(a, "tally_unshared_adds", 0));
  const std::string labels = "{peer=\"b\",url=\"" + b.self().url + "\"}";
  EXPECT_EQ(value(a, "tally_peer_unshared_adds" + labels), 0);
  EXPECT_TRUE(eventually([&] { return std::isfinite(value(a, "tally_peer_staleness_seconds" + labels)); }));
  EXPECT_GE(value(a, "tally_peer_staleness_seconds" + labels), 0);
  EXPECT_TRUE(eventually([&] { return std::isfinite(value(a, "tally_share_lag_seconds{peer=\"b\"}")); }));
  EXPECT_GE(value(a, "tally_share_lag_seconds{peer=\"b\"}"), 0);
  EXPECT_TRUE(becomes(a, "tally_streams{state=\"open\"}", 2));
  EXPECT_GE(value(a, "tally_peer_request_seconds_count"), 1);
  EXPECT_GE(value(b, "tally_requests_total{action=\"share\"}"), 1);
}

TEST_F(Scraped, APeerThatCannotBeReachedIsEndlesslyStaleAndHoldsNothing) {
  RunningServer a(options_of("a"));
  ASSERT_TRUE(eventually([&] { return a.ready(); }));
  const Member gone{server_id("p"), {7, 7}, "http://127.0.0.1:1"};
  EXPECT_EQ(post(a, share_of(gone, 0, 3, {{"hits", 10, Sequence{3}}})), 200U);
  EXPECT_EQ(http_.add(a.url(), "hits"), 200U);
  const ParsedMetrics metrics = scrape(a);
  EXPECT_EQ(metrics.value("tally_peer_staleness_seconds{peer=\"p\",url=\"http://127.0.0.1:1\"}"),
            std::numeric_limits<double>::infinity());
  EXPECT_EQ(metrics.value("tally_share_lag_seconds{peer=\"p\"}"), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(eventually([&] { return value(a, "tally_peer_request_failures_total") >= 1; }));
  EXPECT_EQ(value(a, "tally_peer_request_seconds_count"), 0);
  EXPECT_EQ(metrics.value("tally_peer_unshared_adds{peer=\"p\",url=\"http://127.0.0.1:1\"}"), 1);
  EXPECT_EQ(metrics.value("tally_unshared_adds"), 1);
}

TEST_F(Scraped, EveryRefusedShareIsCountedHoweverSeldomTheLogSaysSo) {
  RunningServer a(options_of("a"));
  ASSERT_TRUE(eventually([&] { return a.ready(); }));
  const std::string poison =
      shares_.body({server_id("p"), {7, 7}, "http://127.0.0.1:1"},
                   {a.self().run, server_id("a"), Sequence{0}, Sequence{9}}, {{"hits", 10, Sequence{9}}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(post(a, poison), 403U);
  EXPECT_EQ(value(a, "tally_alarms_total{kind=\"refused_share\"}"), 3);
  EXPECT_EQ(value(a, "tally_alarms_total{kind=\"duplicate_id\"}"), 0);
}

TEST_F(Scraped, AProcessIsShownAsPrometheusKnowsThem) {
  RunningServer a(options_of("a"));
  const ParsedMetrics metrics = scrape(a);
  EXPECT_GE(metrics.value("process_cpu_seconds_total").value_or(-1), 0);
  EXPECT_GT(metrics.value("process_resident_memory_bytes").value_or(0), 1e6);
  EXPECT_GE(metrics.value("process_virtual_memory_bytes"), metrics.value("process_resident_memory_bytes"));
  EXPECT_GT(metrics.value("process_open_fds").value_or(0), 5) << "three of them are loops";
  EXPECT_GT(metrics.value("process_max_fds"), metrics.value("process_open_fds"));
  EXPECT_GE(metrics.value("process_threads").value_or(0), 3);
  // Within a day: the clock may have been set since the machine started.
  EXPECT_NEAR(metrics.value("process_start_time_seconds").value_or(0),
              static_cast<double>(std::time(nullptr)), 86400);
}

TEST_F(Scraped, ADiskIsShownByItsCommits) {
  RunningServer a(options_of("a"), std::make_unique<MemoryStore>());
  ASSERT_TRUE(becomes(a, "tally_ready", 1));
  EXPECT_EQ(http_.add(a.url(), "hits", 5), 200U) << "the disk has it, since that is the default";
  const ParsedMetrics metrics = scrape(a);
  EXPECT_EQ(metrics.value("tally_unsynced_adds"), 0);
  EXPECT_EQ(metrics.value("tally_unshared_adds"), 1) << "a disk can be lost";
  EXPECT_EQ(metrics.value("tally_disk_full"), 0);
  EXPECT_GE(metrics.value("tally_commit_seconds_count"), 1);
  EXPECT_GE(metrics.value("tally_committed_entries_total"), 1);
}

TEST_F(Scraped, AServerThatOnlyStartsIsShownAsNotReady) {
  ScriptedServer balancer([](const ScriptedServer::Asked&) { return ScriptedServer::Says{.never = true}; });
  RunningServer a(options_of("a", {balancer.url()}));
  EXPECT_EQ(value(a, "tally_ready"), 0);
}

}  // namespace
}  // namespace tally
