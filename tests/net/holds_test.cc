// Answers that wait until something has been reached.
#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/net/support.h"

namespace tally::net {
namespace {

std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"; }

TEST(Holds, AnAnswerLeavesWhenItsGateIsOpenFarEnough) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/hold/0/5") + get("/hold/0/7"));
  server.settle();
  server.open({4});
  server.settle();
  EXPECT_TRUE(client.has_nothing_to_read());
  server.open({6});
  EXPECT_EQ(client.read_answer().body, "held 0/5");
  server.settle();
  EXPECT_TRUE(client.has_nothing_to_read());
  server.open({7});
  EXPECT_EQ(client.read_answer().body, "held 0/7");
}

TEST(Holds, AnAnswerWhoseGateIsOpenAlreadyLeavesAtOnce) {
  TestServer server;
  server.open({0, 3});
  RawClient client(server.port());
  client.send(get("/hold/1/3"));
  EXPECT_EQ(client.read_answer().body, "held 1/3");
}

TEST(Holds, AGateThatNobodyOpenedIsShut) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/hold/2/0"));
  server.settle();
  server.open({9, 9});
  server.settle();
  EXPECT_TRUE(client.has_nothing_to_read());
  server.open({9, 9, 0});
  EXPECT_EQ(client.read_answer().body, "held 2/0");
}

TEST(Holds, OtherAnswersKeepTheirPlaceBehindAHeldOne) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/a") + get("/hold/0/1") + get("/later/b") + get("/c") + get("/hold/0/1") + get("/d"));
  LaterReply later = server.handler().owed("/later/b");
  EXPECT_EQ(client.read_answer().body, "GET /a");
  answer(std::move(later), "b");
  server.settle();
  EXPECT_TRUE(client.has_nothing_to_read());
  server.open({1});
  for (const char* expected : {"held 0/1", "b", "GET /c", "held 0/1", "GET /d"}) {
    EXPECT_EQ(client.read_answer().body, expected);
  }
}

TEST(Holds, WhatIsHeldTooLongIsReplacedByWhatTheHandlerSays) {
  TestServer server({}, 1, std::chrono::milliseconds(20));
  RawClient client(server.port());
  client.send(get("/hold/0/1") + get("/x") + get("/hold/3/1"));
  const auto first = client.read_answer();
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(first.body, "late, gate 0: held 0/1");
  EXPECT_EQ(client.read_answer().body, "GET /x");
  EXPECT_EQ(client.read_answer().body, "late, gate 3: held 3/1");
  // One that comes afterwards has a time of its own.
  client.send(get("/hold/0/2"));
  EXPECT_EQ(client.read_answer().body, "late, gate 0: held 0/2");
}

// One late answer makes room for a request whose answer is held anew: that is late long after the others.
TEST(Holds, EachIsLateInItsOwnTimeWhoeverComesMeanwhile) {
  HttpLimits limits;
  limits.pipelined_requests = 1;
  TestServer server(limits, 1, std::chrono::seconds(1));
  RawClient one(server.port());
  one.send(get("/hold/0/1") + get("/hold/0/2"));
  server.settle();
  RawClient other(server.port());
  other.send(get("/hold/0/3"));
  EXPECT_EQ(one.read_answer().body, "late, gate 0: held 0/1");
  EXPECT_EQ(other.read_answer().body, "late, gate 0: held 0/3");
  EXPECT_TRUE(one.has_nothing_to_read());
  EXPECT_EQ(one.read_answer().body, "late, gate 0: held 0/2");
}

TEST(Holds, OneThatIsOpenButStandsBehindAShutOneIsNotLate) {
  TestServer server({}, 1, std::chrono::milliseconds(20));
  server.open({0, 1});
  RawClient client(server.port());
  client.send(get("/hold/0/1") + get("/hold/1/1"));
  EXPECT_EQ(client.read_answer().body, "late, gate 0: held 0/1");
  const auto second = client.read_answer();
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body, "held 1/1");
}

TEST(Holds, AConnectionThatHasGoneIsForgotten) {
  TestServer server;
  {
    RawClient client(server.port());
    client.send(get("/hold/0/1"));
    server.settle();
  }
  server.settle();
  server.open({1});
  RawClient client(server.port());
  client.send(get("/x"));
  EXPECT_EQ(client.read_answer().body, "GET /x");
}

TEST(Holds, AnAnswerThatIsHeldWhileTheServerStopsIsTheLastOfItsConnection) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/hold/0/1"));
  server.settle();
  auto stopped = server.begin_stop();
  EXPECT_NE(stopped.front().wait_for(std::chrono::seconds(0)), std::future_status::ready);
  server.open({1});
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.body, "held 0/1");
  EXPECT_NE(answer.header.find("Connection: close"), std::string::npos);
  EXPECT_EQ(client.read_to_end(), "");
  client.close();
  stopped.front().wait();
}

TEST(Holds, OneThatIsOpenBehindAnAnswerThatIsOwedDoesNotKeepLaterOnesBack) {
  TestServer server({}, 1, std::chrono::milliseconds(20));
  server.open({1});
  RawClient client(server.port());
  client.send(get("/later/a") + get("/hold/0/1"));
  LaterReply later = server.handler().owed("/later/a");
  RawClient other(server.port());
  other.send(get("/hold/5/5"));
  EXPECT_EQ(other.read_answer().status, 202U) << "so long the other one was open and late";
  client.send(get("/hold/0/2"));
  server.settle();
  answer(std::move(later), "a");
  EXPECT_EQ(client.read_answer().body, "a");
  EXPECT_EQ(client.read_answer().body, "held 0/1");
  EXPECT_EQ(client.read_answer().body, "late, gate 0: held 0/2");
}

TEST(Holds, AnswersThatAreHeldCountAsUnsent) {
  HttpLimits limits;
  limits.pipelined_requests = 2;
  TestServer server(limits);
  RawClient client(server.port());
  std::string bytes;
  for (int i = 0; i < 6; ++i) bytes += get("/hold/0/" + std::to_string(i / 2 + 1));
  client.send(bytes);
  for (std::uint64_t opened = 1; opened <= 3; ++opened) {
    server.settle();
    EXPECT_TRUE(client.has_nothing_to_read());
    server.open({opened});
    EXPECT_EQ(client.read_answer().body, "held 0/" + std::to_string(opened));
    EXPECT_EQ(client.read_answer().body, "held 0/" + std::to_string(opened));
  }
}

// The twin: what one request at a time would be answered, whatever is opened when.
TEST(Holds, KeepTheOrderOfTheRequestsUnderAnyTiming) {
  Random random(11);
  for (int round = 0; round < 40; ++round) {
    TestServer server({}, 2);
    RawClient client(server.port());
    std::string bytes;
    std::vector<std::string> twin;
    for (int i = 0; i < 60; ++i) {
      if (random.chance(60)) {
        const std::string which = std::to_string(random.below(3)) + "/" + std::to_string(random.below(20));
        bytes += get("/hold/" + which);
        twin.push_back("held " + which);
      } else {
        bytes += get("/" + std::to_string(i));
        twin.push_back("GET /" + std::to_string(i));
      }
    }
    client.send(bytes);
    for (std::uint64_t opened = 0; opened < 20; ++opened) {
      server.open({opened, opened / 2, opened});
      if (random.chance(50)) server.settle();
    }
    server.open({20, 20, 20});
    for (const std::string& expected : twin) EXPECT_EQ(client.read_answer().body, expected);
  }
}

}  // namespace
}  // namespace tally::net
