// Facts in, findings out: what is wrong with a cluster, one thing at a time.
#include "client/doctor.h"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "tests/client/fake_world.h"

namespace tally {
namespace {

ServerId id(const std::string& text) { return ServerId::parse(text).value(); }
StreamId run(std::uint64_t number) { return {number, number}; }

ServerFacts server(const std::string& name, std::uint64_t number) {
  const std::string url = "http://" + name + ".example:7071";
  return {
      .id = id(name),
      .url = url,
      .listed = ListedServer{id(name), url, ServerState::ready, 100},
      .says = ServerIdentity{id(name), run(number)},
      .reading = ReadAnswer{{"tally-doctor", 0}, 300, true, {}},
      .metrics = ScrapedMetrics::parse("tally_peer_unshared_adds{peer=\"x\"} 0\ntally_unshared_adds 0\n")};
}

// Two servers and their balancer, with which nothing is wrong.
ClusterFacts healthy() {
  ClusterFacts facts;
  facts.servers = {server("a", 1), server("b", 2)};
  facts.balancers.push_back({net::Url{"lb.example", 7070},
                             std::vector<ListedServer>{*facts.servers[0].listed, *facts.servers[1].listed}});
  return facts;
}

// "fail server b", a line for each finding that is not ok.
std::string complaints(const ClusterFacts& facts) {
  std::string text;
  for (const Finding& finding : judge(facts)) {
    EXPECT_EQ(finding.advice.empty(), finding.grade == Finding::Grade::ok) << finding.detail;
    EXPECT_FALSE(finding.detail.empty());
    if (finding.grade == Finding::Grade::ok) continue;
    text += std::string(to_string(finding.grade)) + " " + std::string(finding.check) + " " + finding.subject +
            "\n";
  }
  return text;
}

ScrapedMetrics metrics(const std::string& more) {
  return ScrapedMetrics::parse("tally_peer_unshared_adds{peer=\"x\"} 0\n" + more);
}

const Error kNobody{Errc::unreachable, "http://b.example:7071 cannot be reached (connection refused)."};

TEST(Doctor, FindsNothingWrongWithAHealthyCluster) {
  EXPECT_EQ(complaints(healthy()), "");
  EXPECT_EQ(judge(healthy()).size(), 5U) << "a balancer; two servers, each there and hearing";
}

struct Case {
  std::string what;
  std::function<void(ClusterFacts&)> happens;
  std::string complaints;
};

const Case kCases[] = {
    {"no balancer answers",
     [](ClusterFacts& facts) {
       facts.balancers[0].servers = kNobody;
       facts.servers.clear();
     },
     "fail balancer http://lb.example:7070\n"},
    {"one of two balancers does not answer",
     [](ClusterFacts& facts) {
       facts.balancers.push_back({net::Url{"lb2.example", 7070}, kNobody});
     },
     "warn balancer http://lb2.example:7070\n"},
    {"a balancer asks for a token",
     [](ClusterFacts& facts) {
       facts.balancers[0].servers = Error{Errc::unauthorized, "This needs a token."};
       facts.servers.clear();
     },
     "fail access http://lb.example:7070\n"},
    {"a balancer knows nobody",
     [](ClusterFacts& facts) {
       facts.balancers[0].servers = std::vector<ListedServer>();
       facts.servers.clear();
     },
     "fail balancer http://lb.example:7070\n"},
    {"a server sends its heartbeats to one of two balancers",
     [](ClusterFacts& facts) {
       facts.balancers.push_back(
           {net::Url{"lb2.example", 7070}, std::vector<ListedServer>{*facts.servers[0].listed}});
     },
     "warn balancer http://lb2.example:7070\n"},
    {"a server is down, and the other misses it",
     [](ClusterFacts& facts) {
       facts.servers[1].listed->state = ServerState::down;
       facts.servers[1].unreachable = kNobody;
       facts.servers[0].reading->complete = false;
       facts.servers[0].reading->missing = {"b"};
     },
     "warn hearing a\nfail server b\n"},
    {"a server is heard by the balancer and not from here",
     [](ClusterFacts& facts) { facts.servers[1].unreachable = kNobody; }, "fail server b\n"},
    {"a server that was moved after a crash is waited for at its old place",
     [](ClusterFacts& facts) {
       facts.servers.push_back({.id = id("b"), .url = "http://old.example:7071", .unreachable = kNobody});
     },
     "warn server b\n"},
    {"a server starts",
     [](ClusterFacts& facts) {
       facts.servers[1].listed->state = ServerState::starting;
       facts.servers[1].why_not_ready = "It asks the other servers what they know.";
     },
     "warn server b\n"},
    {"a server that should be ready is not",
     [](ClusterFacts& facts) { facts.servers[1].why_not_ready = "It was removed from its cluster."; },
     "fail server b\n"},
    {"nobody is ready",
     [](ClusterFacts& facts) {
       for (ServerFacts& each : facts.servers) each.why_not_ready = "It was removed from its cluster.";
     },
     "fail server a\nfail server b\nfail cluster \n"},
    {"two servers that answer do not hear each other",
     [](ClusterFacts& facts) {
       facts.servers[0].reading->complete = false;
       facts.servers[0].reading->missing = {"b"};
     },
     "fail hearing a\n"},
    {"adds that nobody else holds are in danger only while somebody does not hear their server",
     [](ClusterFacts& facts) {
       for (ServerFacts& each : facts.servers) each.metrics = metrics("tally_unshared_adds 5\n");
       facts.servers[0].reading->complete = false;
       facts.servers[0].reading->missing = {"b"};
     },
     "fail hearing a\nwarn copies b\n"},
    {"another server answers at the URL of one",
     [](ClusterFacts& facts) { facts.servers[1].says->id = id("a"), facts.servers[1].says->run = run(1); },
     "fail identity b\n"},
    {"two servers run under one id",
     [](ClusterFacts& facts) {
       ServerFacts clone = server("a", 3);
       clone.url = "http://clone.example:7071";
       clone.listed.reset();
       facts.servers.push_back(clone);
     },
     "fail identity a\n"},
    {"alarms were raised",
     [](ClusterFacts& facts) {
       facts.servers[0].metrics = metrics(
           "tally_alarms_total{kind=\"fork\"} 2\ntally_alarms_total{kind=\"removed\"} 1\n"
           "tally_alarms_total{kind=\"rollback\"} 0\ntally_alarms_total{kind=\"of a later version\"} 1\n");
     },
     "fail alarm a\n"},
    {"a disk is full", [](ClusterFacts& facts) { facts.servers[1].metrics = metrics("tally_disk_full 1\n"); },
     "fail disk b\n"},
    {"one server counts in memory alone",
     [](ClusterFacts& facts) {
       facts.servers.pop_back();
       facts.servers[0].metrics = ScrapedMetrics::parse("tally_unshared_adds 5\n");
     },
     "warn copies a\n"},
    {"one server counts on disk",
     [](ClusterFacts& facts) {
       facts.servers.pop_back();
       facts.servers[0].metrics = ScrapedMetrics::parse("tally_unshared_adds 5\ntally_unsynced_adds 0\n");
     },
     ""},
    {"versions differ",
     [](ClusterFacts& facts) {
       facts.servers[0].metrics = metrics("tally_build_info{version=\"0.1.0\"} 1\n");
       facts.servers[1].metrics = metrics("tally_build_info{version=\"0.2.0\"} 1\n");
     },
     "warn versions \n"},
    {"a server on another machine advertises its loopback address",
     [](ClusterFacts& facts) { facts.servers[1].url = "http://127.0.0.1:7071"; }, "fail addresses \n"},
    {"a server does not let us look",
     [](ClusterFacts& facts) {
       facts.servers[1].says.reset();
       facts.servers[1].refused = Error{Errc::forbidden, "This needs a token."};
     },
     "warn access b\n"},
};

TEST(Doctor, FindsEachThingThatIsWrongAndNothingElse) {
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.what);
    ClusterFacts facts = healthy();
    each.happens(facts);
    EXPECT_EQ(complaints(facts), each.complaints);
  }
}

TEST(Doctor, TakesARefusalToConnectOnItsOwnMachineForAnEndedServer) {
  ClusterFacts facts = healthy();
  facts.servers[1].url = "http://127.0.0.1:7072";
  facts.servers[1].unreachable = kNobody;
  facts.balancers[0].url = {"127.0.0.1", 7070};
  const auto findings = judge(facts);
  const auto lost = std::ranges::find(findings, "b", &Finding::subject);
  ASSERT_NE(lost, findings.end());
  EXPECT_NE(lost->advice.find("start it again"), std::string::npos) << lost->advice;
}

TEST(Doctor, DoesNotAskWhatNoTokenMay) {
  FakeWorld world(2);
  FailoverClient client = world.client();
  const ClusterFacts facts = look_at_cluster(client, {{"127.0.0.1", 7070}}, true);
  ASSERT_EQ(facts.servers.size(), 2U);
  EXPECT_FALSE(facts.servers[0].says);
  EXPECT_TRUE(facts.servers[0].reading);
}

TEST(Doctor, LooksAtAWholeClusterAndChangesNothing) {
  FakeWorld world(2);
  world.server("a").counted["n"] = 7;
  FailoverClient client = world.client();
  const ClusterFacts facts = look_at_cluster(client, {{"127.0.0.1", 7070}, {"127.0.0.1", 7069}}, false);
  ASSERT_EQ(facts.balancers.size(), 2U);
  EXPECT_EQ(facts.balancers[1].servers->size(), 2U);
  ASSERT_EQ(facts.servers.size(), 2U);
  EXPECT_EQ(facts.servers[0].listed->url, "http://127.0.0.1:7071");
  EXPECT_TRUE(facts.servers[0].reading);
  EXPECT_EQ(world.server("a").counted.size(), 1U);
  EXPECT_EQ(world.server("a").adds, 0U);

  world.first_balancer_up = false;
  world.server("b").mood = Mood::refuses_connections;
  const ClusterFacts later = look_at_cluster(client, {{"127.0.0.1", 7070}, {"127.0.0.1", 7069}}, false);
  EXPECT_FALSE(later.balancers[0].servers);
  EXPECT_TRUE(later.servers[1].unreachable);
}

}  // namespace
}  // namespace tally
