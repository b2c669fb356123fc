// Answers leave in the order of their requests, whoever gives them, and whenever.
#include <thread>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/net/support.h"

namespace tally::net {
namespace {

std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"; }

TEST(AnswerOrder, OnesGivenLaterHoldBackThoseAfterThem) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/a") + get("/later/b") + get("/c") + get("/later/d") + get("/e"));
  LaterReply d = server.handler().owed("/later/d");
  LaterReply b = server.handler().owed("/later/b");
  EXPECT_EQ(client.read_answer().body, "GET /a");
  answer(std::move(d), "d");
  answer(std::move(b), "b");
  EXPECT_EQ(client.read_answer().body, "b");
  EXPECT_EQ(client.read_answer().body, "GET /c");
  EXPECT_EQ(client.read_answer().body, "d");
  EXPECT_EQ(client.read_answer().body, "GET /e");
}

TEST(AnswerOrder, ARefusalWaitsForWhatIsOwed) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/later") + "GET / HTTP/1.1\r\n\r\n");
  answer(server.handler().owed("/later"), "first");
  EXPECT_EQ(client.read_answer().body, "first");
  EXPECT_EQ(client.read_answer().status, 400);
  EXPECT_EQ(client.read_to_end(), "");
}

// The twin: the answers that one request at a time would get.
TEST(AnswerOrder, IsThatOfTheRequestsUnderAnyTiming) {
  Random random(7);
  TestServer server({}, 2);
  for (int round = 0; round < 60; ++round) {
    RawClient client(server.port());
    std::string bytes;
    std::vector<std::string> twin;
    std::vector<std::string> later;
    for (int i = 0; i < 40; ++i) {
      const std::string name = std::to_string(round) + "-" + std::to_string(i);
      const bool is_later = random.chance(50);
      const std::string target = (is_later ? "/later/" : "/now/") + name;
      if (is_later) later.push_back(target);
      twin.push_back((is_later ? "answer to " : "GET ") + target);
      bytes += get(target);
    }
    std::thread others([&] {
      while (!later.empty()) {
        const std::size_t which = random.below(later.size());
        answer(server.handler().owed(later[which]), "answer to " + later[which]);
        later.erase(later.begin() + static_cast<std::ptrdiff_t>(which));
      }
    });
    client.send(bytes);
    for (const std::string& expected : twin) EXPECT_EQ(client.read_answer().body, expected);
    others.join();
  }
}

TEST(AnswerOrder, MoreRequestsThanMayBeUnansweredWaitForTheirTurn) {
  HttpLimits limits;
  limits.pipelined_requests = 2;
  TestServer server(limits);
  RawClient client(server.port());
  std::string bytes;
  for (int i = 0; i < 20; ++i) bytes += get("/later/" + std::to_string(i));
  client.send(bytes);
  for (int i = 0; i < 20; ++i) {
    answer(server.handler().owed("/later/" + std::to_string(i)), std::to_string(i));
    EXPECT_EQ(client.read_answer().body, std::to_string(i));
  }
}

TEST(LaterReply, OfAClosedConnectionGoesNowhere) {
  TestServer server;
  std::optional<LaterReply> reply;
  {
    RawClient client(server.port());
    client.send(get("/later"));
    reply = server.handler().owed("/later");
  }
  answer(std::move(*reply), "nobody is there");
  RawClient client(server.port());
  client.send(get("/x"));
  EXPECT_EQ(client.read_answer().body, "GET /x");
}

TEST(LaterReply, GivenUpClosesTheConnection) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/later"));
  { const LaterReply reply = server.handler().owed("/later"); }
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(LaterReply, AssignedOverGivesUpWhatItHeld) {
  TestServer server;
  RawClient one(server.port());
  RawClient other(server.port());
  one.send(get("/later/1"));
  other.send(get("/later/2"));
  LaterReply reply = server.handler().owed("/later/1");
  reply = server.handler().owed("/later/2");
  EXPECT_EQ(one.read_to_end(), "");
  answer(std::move(reply), "two");
  EXPECT_EQ(other.read_answer().body, "two");
}

TEST(LaterReply, OutlivesItsServer) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/later/1") + get("/later/2"));
  LaterReply sent = server.handler().owed("/later/1");
  {
    const LaterReply dropped = server.handler().owed("/later/2");
    server.destroy();
  }
  answer(std::move(sent), "too late");
}

TEST(LaterReply, MayBeAnsweredWhileItsServerGoes) {
  for (int round = 0; round < 20; ++round) {
    TestServer server;
    RawClient client(server.port());
    client.send(get("/later"));
    std::thread other(
        [reply = server.handler().owed("/later")]() mutable { answer(std::move(reply), "now"); });
    server.destroy();
    other.join();
  }
}

}  // namespace
}  // namespace tally::net
