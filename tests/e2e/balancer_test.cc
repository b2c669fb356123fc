// The balancer's part of the contract, with curl as one of its clients.
#include <set>

#include "tests/e2e/contract.h"
#include "tests/net/support.h"

namespace tally::e2e {
namespace {

using Balancer = TheContract;

TEST_F(Balancer, RedirectsAndKeepsPathAndQueryByteForByte) {
  const char* const targets[] = {"/v1/counters/known",
                                 "/v1/counters/a%2Fb%20c//d?ack=memory&client=me&x=%41+%zz",
                                 "/v1/counters/%C3%BC?",
                                 "/v1/counters/%ff%00",
                                 "/v1/counters?prefix=a&order=-value&limit=5",
                                 "/v1/counters",
                                 "/v1/trees/known"};
  for (const char* target : targets) {
    for (const std::string method : {"GET", "POST"}) {
      if (method == "POST" && std::string(target) == "/v1/trees/known") continue;
      const auto answer = http().send({.method = method, .server = balancer(), .target = target});
      EXPECT_EQ(answer.status, 307U) << method << " " << target;
      EXPECT_EQ(answer.location, server().text() + target);
    }
  }
  net::RawClient client(balancer().port);
  client.send("GET http://" + balancer().authority() + "/v1/counters/known?x HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto answer = client.read_answer();
  EXPECT_TRUE(answer.has("Location: " + server().text() + "/v1/counters/known?x")) << answer.header;
  EXPECT_TRUE(nothing_counted()) << "a redirect counts nothing";
}

TEST_F(Balancer, LetsPlainCurlCount) {
  const std::string url = balancer().text() + "/v1/counters/known";
  const auto curl = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"curl", "-sS", "--max-time", "20", "-L"});
    arguments.push_back(url);
    const Finished curled = run(arguments);
    EXPECT_EQ(curled.status, 0) << curled.err;
    return curled.out;
  };
  const auto value = [](int number) {
    return R"({"name":"known","value":)" + std::to_string(number) + R"(,"ack":"memory"})";
  };
  EXPECT_EQ(curl({"-X", "POST"}), value(8));
  EXPECT_EQ(curl({"-d", ""}), value(9));
  EXPECT_EQ(curl({"-d", R"({"delta":-3})"}), value(6));
  EXPECT_EQ(curl({"-H", "Content-Type: text/plain", "-d", "-3"}), value(3));
  EXPECT_EQ(curl({"-H", "Content-Type: application/json", "-d", R"({"delta":"40"})"}), value(43));
  EXPECT_EQ(curl({"-H", "Accept: text/plain"}), "43");
  EXPECT_TRUE(eventually(
      [&] { return curl({}) == R"({"name":"known","value":43,"staleness_ms":0,"complete":true})"; }));
  EXPECT_NE(curl({"-I"}).find("HTTP/1.1 200 OK"), std::string::npos);
  const Finished refused = run({"curl", "-sS", "--max-time", "20", "-L", "--fail", "-d", "one", url});
  EXPECT_EQ(refused.status, 22) << refused.err;
  EXPECT_EQ(http().value(server(), "known"), 43);
}

TEST_F(Balancer, RefusesBadInputAsAProblem) {
  struct Row {
    unsigned status;
    std::string method;
    std::string target;
    std::string body = "";
  };
  const std::string run = "0123456789abcdef0123456789abcdef";
  const std::string good =
      R"({"url":"http://127.0.0.1:1","state":"ready","run":")" + run + R"(","members":[],"removed":[]})";
  const Row rows[] = {
      {404, "GET", "/nowhere"},
      {405, "POST", "/"},
      {404, "POST", "/v1/shares", "x"},
      {404, "GET", "/v1/marks"},
      {405, "DELETE", "/v1/counters/x"},
      {405, "PUT", "/v1/counters/x"},
      {405, "POST", "/v1/assignment"},
      {405, "POST", "/v1/servers", good},
      {405, "GET", "/v1/servers/a"},
      {400, "GET", "/v1/assignment?client=%zz"},
      {422, "GET", "/v1/assignment?client=a&client=b"},
      {422, "POST", "/v1/counters/x?client=a&client=b"},
      {400, "PUT", "/v1/servers/b", ""},
      {400, "PUT", "/v1/servers/b", "{"},
      {400, "PUT", "/v1/servers/b", good + "x"},
      {422, "PUT", "/v1/servers/b", "[]"},
      {422, "PUT", "/v1/servers/b", "{}"},
      {422, "PUT", "/v1/servers/b",
       R"({"url":"http://127.0.0.1:1","state":"well","run":")" + run + R"(","members":[],"removed":[]})"},
      {422, "PUT", "/v1/servers/b",
       R"({"url":"no url","state":"ready","run":")" + run + R"(","members":[],"removed":[]})"},
      {422, "PUT", "/v1/servers/b",
       R"({"url":"http://127.0.0.1:1","state":"ready","run":"1","members":[],"removed":[]})"},
      {422, "PUT", "/v1/servers/b",
       R"({"url":"http://127.0.0.1:1","state":"ready","run":")" + run + R"(","members":[5],"removed":[]})"},
      {422, "PUT", "/v1/servers/b%20c", good},
      {422, "PUT", "/v1/servers/", good},
      {422, "PUT", "/v1/servers/" + std::string(65, 'b'), good},
      {422, "DELETE", "/v1/servers/"},
      {422, "DELETE", "/v1/servers/a%2Fb"},
  };
  const std::string before = http().get(balancer(), "/v1/assignment?client=me").body;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.method + " " + row.target + " " + row.body);
    EXPECT_TRUE(is_problem(http().send({.method = row.method,
                                        .server = balancer(),
                                        .target = row.target,
                                        .content_type = "application/json",
                                        .body = row.body}),
                           row.status));
  }
  EXPECT_EQ(http().get(balancer(), "/v1/assignment?client=me").body, before);
  EXPECT_EQ(before, R"({"server":{"id":"a","url":")" + server().text() + R"("},"valid_for_ms":60000})");
  EXPECT_TRUE(nothing_counted());
}

TEST_F(Balancer, ListsItsServersAndIsWell) {
  const std::string list = http().get(balancer(), "/v1/servers").body;
  EXPECT_TRUE(list.starts_with(R"({"servers":[{"id":"a","url":")" + server().text() +
                               R"(","state":"ready","last_seen_ms":)"))
      << list;
  EXPECT_EQ(http().get(balancer(), "/livez").status, 200U);
  EXPECT_EQ(http().get(balancer(), "/readyz").status, 200U);
}

TEST(ABalancerThatHeardNobody, SaysComeBackLater) {
  Cluster cluster({});
  for (const char* target : {"/v1/assignment?client=me", "/v1/counters/x", "/v1/trees/x"}) {
    EXPECT_TRUE(is_problem(cluster.http().get(cluster.balancer().url(), target), 503)) << target;
  }
  EXPECT_EQ(cluster.http().get(cluster.balancer().url(), "/v1/servers").body, R"({"servers":[]})");
}

TEST(AClient, KeepsItsServerUntilThatDiesAndOnlyItsClientsMove) {
  Cluster cluster({"a", "b", "c"}, {.lease = patience(seconds(3))});
  std::map<std::string, std::string> places;
  for (int i = 0; i < 60; ++i) places["client-" + std::to_string(i)];
  for (auto& [client, place] : places) place = cluster.assigned(client);
  const auto target = [](const std::string& client) { return "/v1/counters/x?client=" + client; };
  std::set<std::string> used;
  for (const auto& [client, place] : places) {
    used.insert(place);
    EXPECT_EQ(cluster.assigned(client), place);
    EXPECT_EQ(cluster.http().get(cluster.balancer().url(), target(client)).location,
              cluster.url(place).text() + target(client));
  }
  EXPECT_EQ(used, (std::set<std::string>{"a", "b", "c"}));

  cluster.server("b").kill();
  ASSERT_TRUE(eventually([&] { return cluster.state("b") == "down"; }));
  for (const auto& [client, place] : places) {
    if (place == "b") {
      EXPECT_NE(cluster.assigned(client), "b");
    } else {
      EXPECT_EQ(cluster.assigned(client), place);
    }
  }

  cluster.server("b").start();
  ASSERT_TRUE(eventually([&] { return cluster.all_ready(); }));
  for (const auto& [client, place] : places) EXPECT_EQ(cluster.assigned(client), place) << "it comes home";
}

TEST(AClient, IsServedThoughAllLeasesHaveExpired) {
  Cluster cluster({"a", "b"});
  const std::string client = cluster.client_of("b");
  for (const char* id : {"a", "b"}) cluster.server(id).process().signal(SIGSTOP);
  ASSERT_TRUE(eventually([&] { return cluster.state("a") == "down" && cluster.state("b") == "down"; }));
  EXPECT_EQ(cluster.assigned(client), "b");
}

}  // namespace
}  // namespace tally::e2e
