// What those are told who watch a cluster through its balancer, and the adds of its page.
#include "tests/e2e/watching.h"

#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/cluster.h"
#include "tests/store/temporary_folder.h"

namespace tally::e2e {
namespace {

using boost::json::object;
using boost::json::value;
using testing::HasSubstr;

// A server as the last cluster event tells of it; empty if it does not.
object server_in(const Watching& watching, const std::string& id) {
  const object cluster = watching.last("cluster");
  if (cluster.empty()) return {};
  for (const value& server : cluster.at("servers").as_array()) {
    if (server.at("id") == value(id)) return server.as_object();
  }
  return {};
}

bool says(const Watching& watching, const std::string& counter_value) {
  const object counter = watching.last("counter");
  return counter.contains("reading") && counter.at("reading").at("value") == value(counter_value);
}

class Watched : public testing::Test {
 protected:
  net::ClientResponse pass_on(const std::string& name, const std::string& body,
                              const std::string& type = "application/json") {
    return cluster_.http().post(cluster_.balancer().url(), "/v1/dashboard/counters/" + name, body, type);
  }

  Cluster cluster_{{"a", "b"}};
};

TEST_F(Watched, TellsOfServersAndCountersAtOnceAndThenEverySecond) {
  ASSERT_EQ(cluster_.http().add(cluster_.url("a"), "hits", 41), 200U);
  ASSERT_EQ(cluster_.http().add(cluster_.url("b"), "hits", 1), 200U);
  const Watching watching(cluster_.balancer().url());
  ASSERT_TRUE(eventually([&] { return watching.events("cluster").size() >= 3; }));
  ASSERT_TRUE(eventually([&] {
    const object top = watching.last("top");
    return top.at("counters") == value{{{"name", "hits"}, {"value", "42"}}};
  }));
  for (const std::string id : {"a", "b"}) {
    const object server = server_in(watching, id);
    EXPECT_EQ(server.at("url"), value(cluster_.url(id).text()));
    EXPECT_EQ(server.at("state"), "ready");
    EXPECT_EQ(server.at("stats").at("adds"), 1);
    EXPECT_EQ(server.at("stats").at("counters"), 1);
    EXPECT_EQ(server.at("stats").at("share_interval_ms"), 100);
    ASSERT_EQ(server.at("stats").at("lags").as_array().size(), 1U);
    EXPECT_EQ(server.at("stats").at("lags").at(0).at("id"), id == "a" ? "b" : "a");
    EXPECT_TRUE(server.at("stats").at("lags").at(0).at("lag_ms").is_int64());
  }
  const auto looks = watching.events("cluster");
  EXPECT_GE(looks.back().at("at_ms").as_int64() - looks.front().at("at_ms").as_int64(), 2'000);
}

TEST_F(Watched, ShowsATreeThatUpdatesInvalidateAndReadsRecompute) {
  const Watching watching(cluster_.balancer().url(), "?counter=a%2Fb&server=a");
  ASSERT_TRUE(eventually([&] { return says(watching, "0"); }));
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(cluster_.http().add(cluster_.url("b"), "a/b", 7), 200U);
    ASSERT_TRUE(eventually([&] { return says(watching, std::to_string(7 * (i + 1))); }));
  }
  const object counter = watching.last("counter");
  EXPECT_EQ(counter.at("name"), "a/b");
  EXPECT_EQ(counter.at("server"), "a");
  EXPECT_EQ(counter.at("nodes").at(0).at("key"), "b");
  EXPECT_EQ(counter.at("nodes").at(0).at("value"), "21");
  for (const object& event : watching.events("counter")) EXPECT_TRUE(event.contains("reading"));
  const auto seen = [&](bool valid) {
    for (const object& event : watching.events("counter")) {
      if (!event.at("nodes").as_array().empty() && event.at("nodes").at(0).at("valid") == valid) return true;
    }
    return false;
  };
  EXPECT_TRUE(eventually([&] { return seen(true); }));
  EXPECT_TRUE(eventually([&] {
    cluster_.http().add(cluster_.url("b"), "a/b", 7);
    return seen(false);
  }));
}

TEST_F(Watched, SaysWhichServersDoNotAnswer) {
  const Watching watching(cluster_.balancer().url(), "?counter=hits&server=b");
  ASSERT_TRUE(eventually([&] { return says(watching, "0"); }));
  cluster_.server("b").kill();
  EXPECT_TRUE(eventually([&] {
    const object b = server_in(watching, "b");
    return b.at("stats").is_null() && b.contains("trouble") && b.at("state") == "ready";
  }));
  EXPECT_TRUE(eventually([&] { return server_in(watching, "b").at("state") == "down"; }));
  const object counter = watching.last("counter");
  EXPECT_EQ(counter.at("server"), "b");
  EXPECT_THAT(std::string(counter.at("trouble").as_string()), HasSubstr("cannot be reached"));
  EXPECT_FALSE(server_in(watching, "a").at("stats").is_null());
}

TEST_F(Watched, GoesOnWhileAServerHangs) {
  const Watching watching(cluster_.balancer().url());
  ASSERT_TRUE(eventually([&] { return !watching.events("cluster").empty(); }));
  cluster_.server("b").process().signal(SIGSTOP);
  EXPECT_TRUE(eventually([&] { return server_in(watching, "b").contains("trouble"); }));
  EXPECT_FALSE(server_in(watching, "a").at("stats").is_null());
  cluster_.server("b").process().signal(SIGCONT);
  EXPECT_TRUE(eventually([&] { return !server_in(watching, "b").at("stats").is_null(); }));
}

TEST_F(Watched, RefusesWhatItCannotTellOf) {
  const auto refused = [&](const std::string& parameters) {
    return cluster_.http().get(cluster_.balancer().url(), "/v1/events" + parameters).status;
  };
  EXPECT_EQ(refused("?contour=x"), 422U) << "a mistyped parameter would do nothing";
  EXPECT_EQ(refused("?counter="), 422U);
  EXPECT_EQ(refused("?counter=%zz"), 400U);
  EXPECT_EQ(refused("?server=a%20b"), 422U);
  const Watching watching(cluster_.balancer().url(), "?counter=hits&server=nobody");
  EXPECT_TRUE(eventually([&] { return watching.last("counter").contains("trouble"); }));
  EXPECT_THAT(std::string(watching.last("counter").at("trouble").as_string()), HasSubstr("'nobody'"));
  EXPECT_TRUE(watching.last("counter").at("server").is_null());
}

TEST_F(Watched, LetsSoManyWatchAndNoMore) {
  std::vector<std::unique_ptr<Watching>> watching;
  for (int i = 0; i < 64; ++i) watching.push_back(std::make_unique<Watching>(cluster_.balancer().url()));
  for (const auto& one : watching) {
    ASSERT_TRUE(eventually([&] { return !one->events("top").empty(); }));
  }
  const auto looks = watching.front()->events("cluster");
  for (std::size_t i = 1; i < looks.size(); ++i) {
    EXPECT_GE(looks[i].at("at_ms").as_int64() - looks[i - 1].at("at_ms").as_int64(), 99)
        << "however many come";
  }
  const auto refused = cluster_.http().get(cluster_.balancer().url(), "/v1/events");
  EXPECT_EQ(refused.status, 503U);
  EXPECT_THAT(refused.body, HasSubstr("close a page"));
  watching.back()->curl().kill();
  watching.pop_back();
  EXPECT_TRUE(eventually([&] {
    return cluster_.http()
               .send({.method = "HEAD", .server = cluster_.balancer().url(), .target = "/v1/events"})
               .status == 200;
  })) << "whoever has gone makes room";
  const Watching next(cluster_.balancer().url());
  EXPECT_TRUE(eventually([&] { return !next.events("top").empty(); }));
}

TEST_F(Watched, EndsWellWhenTheBalancerStops) {
  Watching watching(cluster_.balancer().url());
  ASSERT_TRUE(eventually([&] { return !watching.events("cluster").empty(); }));
  cluster_.balancer().process().signal(SIGTERM);
  EXPECT_EQ(watching.curl().wait(), 0) << watching.curl().err();
  EXPECT_EQ(cluster_.balancer().process().wait(), 0);
}

TEST_F(Watched, PassesAddsOnAndBackWhatTheServerSaid) {
  const auto added = pass_on("a%2Fb", R"({"delta":"-3"})");
  EXPECT_EQ(added.status, 200U);
  EXPECT_EQ(added.body, R"({"name":"a/b","value":-3,"ack":"memory"})");
  EXPECT_EQ(pass_on("hits", R"({"delta":"one"})").status, 422U);
  EXPECT_EQ(pass_on("hits", "", "Application/JSON; charset=utf-8").status, 200U) << "one more";
  EXPECT_EQ(pass_on("hits?ack=peers:1", "").status, 200U) << "acknowledged as asked for";
  EXPECT_EQ(pass_on("hits?contour=1", "").status, 422U);
  EXPECT_TRUE(eventually([&] { return cluster_.all_say("hits", 2) && cluster_.all_say("a/b", -3); }));
}

// Any site's page may have a browser send these without asking first.
TEST_F(Watched, TakesNoAddThatAnotherSitesPageCouldSend) {
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""}) {
    EXPECT_EQ(pass_on("hits", "1", type).status, 415U) << type;
  }
  EXPECT_TRUE(cluster_.all_say("hits", 0));
}

TEST_F(Watched, SaysThatNothingWasCountedWhereNobodyCouldBeAsked) {
  cluster_.server("a").kill();
  cluster_.server("b").kill();
  const auto refused = pass_on("hits", "");
  EXPECT_EQ(refused.status, 502U);
  EXPECT_THAT(refused.body, HasSubstr("/problems/unreachable"));
}

TEST_F(Watched, ServesThePageFromTheProgram) {
  const auto page = cluster_.http().get(cluster_.balancer().url(), "/");
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("<!doctype html>"));
  EXPECT_THAT(page.body, HasSubstr("/app.js"));
  for (const char* file : {"/app.js", "/app.css"}) {
    EXPECT_EQ(cluster_.http().get(cluster_.balancer().url(), file).status, 200U) << file;
  }
  const Finished head = run({"curl", "-sSI", "--max-time", "20", cluster_.balancer().url().text() + "/"});
  EXPECT_THAT(head.out, HasSubstr("Content-Security-Policy: default-src 'none'; script-src 'self';"));
  EXPECT_THAT(head.out, HasSubstr("frame-ancestors 'none'"));
}

}  // namespace
}  // namespace tally::e2e
