// What the reply to an add waits for, and what it says when that cannot be had.
#include <gtest/gtest.h>

#include "tests/net/support.h"
#include "tests/server/running_server.h"
#include "tests/server/test_disk.h"

namespace tally {
namespace {

using Asked = ScriptedServer::Asked;

class Acks : public testing::Test {
 protected:
  static std::string ack_of(const net::ClientResponse& answer) {
    return std::string(boost::json::parse(answer.body).at("ack").as_string());
  }
  net::ClientResponse add(const RunningServer& server, const std::string& query = "") {
    return http.post(server.url(), "/v1/counters/hits" + query, "");
  }

  TestDisk disk;
  Http http;
};

TEST_F(Acks, WaitForTheDiskUnlessTheRequestOrTheServerSaysOtherwise) {
  RunningServer server(options_of("a"), disk.store());
  ASSERT_TRUE(eventually([&] { return server.ready(); }));
  EXPECT_EQ(ack_of(add(server)), "disk");
  EXPECT_EQ(ack_of(add(server, "?ack=memory")), "memory");
  ServerOptions options = options_of("b");
  options.ack = Ack{};
  RunningServer quick(options, disk.store());
  ASSERT_TRUE(eventually([&] { return quick.ready(); }));
  EXPECT_EQ(ack_of(add(quick)), "memory");
  EXPECT_EQ(ack_of(add(quick, "?ack=disk")), "disk");
}

TEST_F(Acks, AreGivenOnlyOnceTheDiskHoldsTheAdd) {
  RunningServer server(options_of("a"), disk.store());
  ASSERT_TRUE(eventually([&] { return server.ready(); }));
  disk.hold();
  auto waiting = std::async(std::launch::async, [&] {
    Http other;
    return other.post(server.url(), "/v1/counters/hits", "");
  });
  ASSERT_TRUE(eventually([&] { return http.value(server.url(), "hits") == 1; })) << "reads see it at once";
  EXPECT_EQ(http.post(server.url(), "/v1/counters/other?ack=memory", "").status, 200U)
      << "and nobody else waits";
  EXPECT_EQ(waiting.wait_for(seconds(0)), std::future_status::timeout);
  disk.let_go();
  EXPECT_EQ(ack_of(waiting.get()), "disk");
}

TEST_F(Acks, ThatTheDiskDoesNotGiveInTimeSayWhatThereIs) {
  RunningServer server(options_of("a"), disk.store());
  ASSERT_TRUE(eventually([&] { return server.ready(); }));
  disk.hold();
  const auto late = add(server);
  EXPECT_EQ(late.status, 202U);
  EXPECT_EQ(ack_of(late), "memory");
  EXPECT_EQ(http.value(server.url(), "hits"), 1) << "it is counted all the same";
  disk.let_go();
  EXPECT_EQ(ack_of(add(server)), "disk");
}

TEST_F(Acks, OfADiskAreRefusedWhereThereIsNone) {
  RunningServer server(options_of("a"));
  ASSERT_TRUE(eventually([&] { return server.ready(); }));
  const auto refused = add(server, "?ack=disk");
  EXPECT_EQ(refused.status, 422U);
  EXPECT_NE(refused.body.find("--data"), std::string::npos) << refused.body;
  EXPECT_EQ(http.value(server.url(), "hits"), 0);
}

TEST_F(Acks, OfAFullDiskAreRefusedUntilThereIsRoomAndAllElseGoesOn) {
  RunningServer server(options_of("a"), disk.store());
  ASSERT_TRUE(eventually([&] { return server.ready(); }));
  EXPECT_EQ(add(server).status, 200U) << "with whatever the start has to commit";
  disk.be_full(true);
  EXPECT_EQ(add(server).status, 202U) << "the first finds out: it is counted, and not on disk";
  EXPECT_EQ(add(server).status, 507U);
  EXPECT_EQ(add(server, "?ack=memory").status, 200U);
  EXPECT_EQ(http.value(server.url(), "hits"), 3);
  disk.be_full(false);
  ASSERT_TRUE(eventually([&] { return add(server).status == 200; })) << "it goes on by itself";
  RunningServer next(options_of("b"), disk.store());
  ASSERT_TRUE(eventually([&] { return next.ready(); }));
  EXPECT_EQ(http.value(next.url(), "hits"), 4) << "what found no room then is on the disk now";
}

TEST_F(Acks, ThatManyWaitForAreGivenByFewCommits) {
  RunningServer server(options_of("a"), disk.store());
  ASSERT_TRUE(eventually([&] { return server.ready(); }));
  net::RawClient client(server.url().port);
  std::string burst;
  for (int i = 0; i < 100; ++i) burst += "POST /v1/counters/hits HTTP/1.1\r\nHost: x\r\n\r\n";
  disk.hold();
  const int before = disk.commits();
  client.send(burst);
  ASSERT_TRUE(eventually([&] { return http.value(server.url(), "hits") == 100; }));
  disk.let_go();
  for (int i = 1; i <= 100; ++i) {
    EXPECT_EQ(client.read_answer().body,
              R"({"name":"hits","value":)" + std::to_string(i) + R"(,"ack":"disk"})");
  }
  EXPECT_LE(disk.commits() - before, 20);
}

// ---- peers

class PeerAcks : public Acks {
 protected:
  PeerAcks() {
    const auto all = [this](const Asked&) {
      const std::lock_guard lock(mutex);
      return heartbeat_answer({members, {}});
    };
    balancer.now_says(all);
    for (const char* id : {"a", "b", "c"}) {
      servers.push_back(std::make_unique<RunningServer>(options_of(id, {balancer.url()})));
      const std::lock_guard lock(mutex);
      members.push_back(servers.back()->self());
    }
    EXPECT_TRUE(eventually([&] { return add(*servers[0], "?ack=peers:2").status == 200; }));
  }

  std::mutex mutex;
  std::vector<Member> members;
  ScriptedServer balancer{[](const Asked&) { return heartbeat_answer({}); }};
  std::vector<std::unique_ptr<RunningServer>> servers;
};

TEST_F(PeerAcks, AreGivenOnceSoManyPeersHoldTheAdd) {
  const auto before = http.value(servers[0]->url(), "hits");
  const auto answer = add(*servers[0], "?ack=peers:2");
  EXPECT_EQ(ack_of(answer), "peers:2");
  for (const auto& server : servers)
    EXPECT_EQ(http.value(server->url(), "hits"), *before + 1) << server->self().id.text();
}

TEST_F(PeerAcks, OfMorePeersThanThereAreAreRefused) {
  EXPECT_EQ(add(*servers[0], "?ack=peers:3").status, 422U);
  EXPECT_EQ(add(*servers[0], "?ack=peers:0").status, 422U);
}

TEST_F(PeerAcks, ThatTooFewPeersGiveSayHowManyDid) {
  servers.pop_back();
  const auto answer = add(*servers[0], "?ack=peers:2");
  EXPECT_EQ(answer.status, 202U);
  EXPECT_EQ(ack_of(answer), "peers:1");
}

}  // namespace
}  // namespace tally
