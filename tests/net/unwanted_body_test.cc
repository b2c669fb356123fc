#include <gtest/gtest.h>

#include "tests/net/support.h"

namespace tally::net {
namespace {

const std::string kHeader =
    "POST /unwanted HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n";

TEST(AnUnwantedBody, IsNotWaitedFor) {
  TestServer server;
  RawClient client(server.port());
  client.send(kHeader);
  const Answer refused = client.read_answer();
  EXPECT_EQ(refused.status, 401U) << "and no 100 Continue before it";
  EXPECT_EQ(refused.body, "unwanted");
  EXPECT_TRUE(refused.has("Connection: close"));
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(AnUnwantedBody, IsNotKeptAndItsSenderReadsWhy) {
  TestServer server;
  RawClient client(server.port());
  client.send(kHeader + std::string(10, 'x'));
  client.send(std::string(999'990, 'x'));
  EXPECT_EQ(client.read_answer().body, "unwanted");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_FALSE(client.was_reset());
  EXPECT_LT(server.load().held_bytes.sum(), 100'000);
}

TEST(AnUnwantedBody, IsAnsweredInItsTurn) {
  TestServer server;
  RawClient client(server.port());
  client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n" + kHeader);
  LaterReply first = server.handler().owed("/later");
  EXPECT_TRUE(client.has_nothing_to_read());
  answer(std::move(first), "first");
  EXPECT_EQ(client.read_answer().body, "first");
  EXPECT_EQ(client.read_answer().status, 401U);
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(AHeader, IsJudgedOnceHoweverItsBodyComes) {
  TestServer server;
  RawClient client(server.port());
  const std::string header = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
  for (int times = 1; times <= 2; ++times) {
    client.send(header);
    while (server.handler().headers_judged() < times) std::this_thread::yield();
    for (const char* byte : {"h", "e", "l", "l", "o"}) {
      client.send(byte);
      server.settle();
    }
    EXPECT_EQ(client.read_answer().body, "POST /x hello");
    EXPECT_EQ(server.handler().headers_judged(), times);
  }
  client.send(header + "hello");
  EXPECT_EQ(client.read_answer().body, "POST /x hello");
  EXPECT_EQ(server.handler().headers_judged(), 2) << "its body was there";
}

}  // namespace
}  // namespace tally::net
