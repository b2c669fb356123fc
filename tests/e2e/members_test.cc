// Who belongs to the cluster: clones are counted, removed servers are not.
#include <csignal>

#include "tests/e2e/contract.h"
#include "tests/e2e/shares.h"
#include "tests/store/temporary_folder.h"

namespace tally::e2e {
namespace {

bool says(Node& node, const std::string& words) {
  return node.process().out().find(words) != std::string::npos;
}

TEST(TwoServersWithOneId, AreBothCountedAndSaySo) {
  Cluster cluster({"a", "b"});
  Cluster elsewhere({"a"});  // started by mistake with that id, and another balancer ...
  Http& http = cluster.http();
  // ... until somebody tells the first about it.
  const std::string heartbeat =
      R"({"url":")" + cluster.url("b").text() +
      R"(","state":"ready","run":"0000000000000000000000000000000b","members":[{"id":"b",)" +
      R"("run":"0000000000000000000000000000000b","url":")" + cluster.url("b").text() +
      R"("}],"removed":[]})";
  ASSERT_EQ(http.send({.method = "PUT",
                       .server = elsewhere.balancer().url(),
                       .target = "/v1/servers/b",
                       .content_type = "application/json",
                       .body = heartbeat})
                .status,
            200U);
  ASSERT_EQ(http.add(cluster.url("a"), "hits", 1), 200U);
  ASSERT_EQ(http.add(cluster.url("b"), "hits", 10), 200U);
  ASSERT_EQ(http.add(elsewhere.url("a"), "hits", 100), 200U);
  EXPECT_TRUE(eventually([&] { return cluster.all_say("hits", 111) && elsewhere.all_say("hits", 111); }));
  EXPECT_TRUE(eventually([&] {
    return says(cluster.server("a"),
                "Another server with this server's id 'a' runs at " + elsewhere.url("a").text());
  }));
  EXPECT_TRUE(
      eventually([&] { return says(elsewhere.server("a"), "Another server with this server's id"); }));
}

class ARemovedServer : public testing::Test {
 protected:
  ARemovedServer() {
    EXPECT_EQ(cluster_.http().add(cluster_.url("a"), "hits", 5), 200U);
    EXPECT_EQ(cluster_.http().add(cluster_.url("b"), "hits", 6), 200U);
    EXPECT_TRUE(eventually([&] { return cluster_.all_say("hits", 11); }));
  }

  unsigned remove(const std::string& id) {
    return cluster_.http()
        .send({.method = "DELETE", .server = cluster_.balancer().url(), .target = "/v1/servers/" + id})
        .status;
  }

  bool is_refused() {
    return cluster_.http().add(cluster_.url("a"), "until-refused") == 403 &&
           cluster_.http().get(cluster_.url("a"), "/v1/counters/hits").status == 403;
  }

  Cluster cluster_{{"a", "b", "c"}};
};

TEST_F(ARemovedServer, AnswersForbiddenAndItsCountsStay) {
  const std::string client = cluster_.client_of("a");
  EXPECT_EQ(remove("a"), 204U);
  EXPECT_EQ(remove("a"), 204U) << "once more changes nothing";
  EXPECT_EQ(cluster_.state("a"), "") << "it is still listed";
  EXPECT_NE(cluster_.assigned(client), "a");
  ASSERT_TRUE(eventually([&] { return is_refused(); }));
  EXPECT_TRUE(is_problem(cluster_.http().post(cluster_.url("a"), "/v1/counters/hits"), 403));
  const auto unready = cluster_.http().get(cluster_.url("a"), "/readyz");
  EXPECT_EQ(unready.status, 503U);
  EXPECT_NE(unready.body.find("It was removed"), std::string::npos) << unready.body;
  EXPECT_TRUE(
      is_problem(cluster_.http().post(cluster_.url("a"), "/v1/counters", R"([{"name":"hits"}])"), 403));
  EXPECT_TRUE(is_problem(cluster_.http().get(cluster_.url("a"), "/v1/counters"), 403));
  EXPECT_TRUE(eventually([&] { return says(cluster_.server("a"), "was removed from"); }));

  cluster_.server("a").kill();
  ASSERT_EQ(cluster_.http().add(cluster_.url("c"), "hits", 7), 200U);
  EXPECT_TRUE(eventually([&] { return cluster_.all_say("hits", 18); }));
}

TEST_F(ARemovedServer, IsRefusedWhenItComesBackAndTheOthersGoOn) {
  cluster_.server("a").kill();
  ASSERT_EQ(remove("a"), 204U);
  cluster_.server("a").start();
  EXPECT_TRUE(eventually([&] { return is_refused(); }));
  EXPECT_TRUE(eventually([&] { return says(cluster_.server("a"), "was removed from"); }));
  EXPECT_EQ(cluster_.state("a"), "");
  EXPECT_EQ(cluster_.http().value(cluster_.url("b"), "hits"), 11);
}

TEST_F(ARemovedServer, StaysRemovedWhenTheBalancerForgotEverything) {
  ASSERT_EQ(remove("a"), 204U);
  for (const char* id : {"b", "c"}) {
    ASSERT_TRUE(eventually([&] {
      return cluster_.http().get(cluster_.url(id), "/v1/marks").body.ends_with(R"("removed":["a"]})");
    }));
  }
  cluster_.server("a").kill();
  cluster_.balancer().kill();
  cluster_.balancer().start();
  ASSERT_TRUE(eventually([&] { return cluster_.state("b") == "ready" && cluster_.state("c") == "ready"; }));
  cluster_.server("a").start();
  EXPECT_TRUE(eventually([&] { return is_refused(); }));
  EXPECT_EQ(cluster_.state("a"), "");
  ASSERT_EQ(cluster_.http().add(cluster_.url("b"), "hits"), 200U);
  EXPECT_TRUE(eventually([&] { return cluster_.http().value(cluster_.url("c"), "hits") == 12; }));
}

class OnDisks : public testing::Test {
 protected:
  OnDisks() {
    for (const char* id : {"a", "b"}) cluster_.add(id, {"--data", (folder_.path() / id).string()});
    EXPECT_TRUE(eventually([&] { return cluster_.ids().size() == 2 && cluster_.all_ready(); }));
    EXPECT_EQ(http().add(cluster_.url("a"), "hits", 5), 200U);
    EXPECT_TRUE(eventually([&] { return cluster_.all_say("hits", 5); }));
  }

  void kill_all() {
    for (const char* id : {"a", "b"}) cluster_.server(id).kill();
    cluster_.balancer().kill();
  }

  bool knows_removal_of_a(const std::string& id) {
    return http().get(cluster_.url(id), "/v1/marks").body.ends_with(R"("removed":["a"]})");
  }

  Http& http() { return cluster_.http(); }

  TemporaryFolder folder_;
  Cluster cluster_{{}};
};

TEST_F(OnDisks, TwoServersFindEachOtherAgainWithoutABalancer) {
  kill_all();
  for (const char* id : {"b", "a"}) cluster_.server(id).start();
  ASSERT_TRUE(eventually([&] { return http().add(cluster_.url("b"), "hits", 2) == 200; }));
  EXPECT_TRUE(eventually([&] { return cluster_.all_say("hits", 7); }));
  ASSERT_EQ(http().add(cluster_.url("a"), "hits", 4), 200U);
  EXPECT_TRUE(eventually([&] { return cluster_.all_say("hits", 11); }));
}

TEST_F(OnDisks, ARemovedServerIsRefusedAfterEverybodyRestarted) {
  cluster_.server("a").kill();
  ASSERT_EQ(http()
                .send({.method = "DELETE", .server = cluster_.balancer().url(), .target = "/v1/servers/a"})
                .status,
            204U);
  ASSERT_TRUE(eventually([&] { return knows_removal_of_a("b"); }));
  ASSERT_EQ(http().add(cluster_.url("b"), "hits", 1), 200U);  // on disk, and so is what came before it
  kill_all();
  cluster_.server("b").start();
  ASSERT_TRUE(eventually([&] { return knows_removal_of_a("b"); }));
  cluster_.server("a").start();
  ASSERT_TRUE(eventually([&] { return http().add(cluster_.url("a"), "until-refused") == 403; }));
  EXPECT_EQ(http().value(cluster_.url("b"), "hits"), 6);
  cluster_.server("a").process().signal(SIGTERM);
  EXPECT_EQ(cluster_.server("a").process().wait(), 0);
  cluster_.server("b").kill();
  cluster_.server("a").start();  // its own disk says so now
  EXPECT_TRUE(eventually([&] { return http().add(cluster_.url("a"), "until-refused") == 403; }));
  EXPECT_TRUE(says(cluster_.server("a"), "as its data folder says"));
}

// While a server waits for one that accepts and never answers.
TEST(AStartingServer, RefusesClientsAndAnswersServers) {
  Cluster cluster({"a"}, {.server_arguments = {"--recovery-timeout", "1440m"}});
  cluster.server("a").process().signal(SIGSTOP);
  const net::Url b = cluster.add("b").url();
  Http& http = cluster.http();
  ASSERT_TRUE(eventually([&] { return http.get(b, "/livez").status == 200; }));
  EXPECT_EQ(http.get(b, "/livez").body, R"({"state":"starting"})");
  const auto unready = http.get(b, "/readyz");
  EXPECT_EQ(unready.status, 503U);
  EXPECT_EQ(unready.body, R"({"state":"starting","reason":"It asks the other servers what they know."})");
  EXPECT_EQ(unready.retry_after, "1");
  EXPECT_TRUE(is_problem(http.post(b, "/v1/counters/hits"), 503));
  EXPECT_TRUE(is_problem(http.get(b, "/v1/counters/hits"), 503));
  EXPECT_TRUE(is_problem(http.post(b, "/v1/counters", R"([{"name":"hits"}])"), 503));
  EXPECT_TRUE(is_problem(http.get(b, "/v1/trees/hits"), 503));

  EXPECT_EQ(http.get(b, "/v1/marks").status, 200U);
  const net::Url nobody{"127.0.0.1", 1};
  ShareWriter shares;
  const ShareHeader header{{1, 2}, server_id("x"), Sequence{0}, Sequence{1}};
  const std::string body =
      shares.body({server_id("x"), {1, 2}, nobody.text()}, header, {{"hits", 5, Sequence{1}}});
  EXPECT_EQ(http.post(b, "/v1/shares", body, "application/x-protobuf").status, 200U);
  EXPECT_EQ(http.get(b, "/v1/streams/00000000000000010000000000000002?after=0").status, 200U);
  EXPECT_TRUE(eventually([&] { return cluster.state("b") == "starting"; }));

  cluster.server("a").process().signal(SIGCONT);
  EXPECT_TRUE(eventually([&] { return cluster.all_ready(); }));
  EXPECT_TRUE(eventually([&] { return cluster.all_say("hits", 5); }))
      << "a refused add counted, or a share did not";
}

}  // namespace
}  // namespace tally::e2e
