#include <gtest/gtest.h>

#include "tests/net/support.h"

namespace tally::net {
namespace {

std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"; }

void wait(std::vector<std::future<void>>& stopped) {
  for (auto& one : stopped) one.wait();
}

TEST(GracefulStop, ClosesWhatIsIdleAtOnce) {
  TestServer server({}, 2);
  RawClient fresh(server.port());
  RawClient used(server.port());
  used.send(get("/x"));
  EXPECT_EQ(used.read_answer().status, 200);
  auto stopped = server.begin_stop();
  wait(stopped);
  EXPECT_EQ(used.read_to_end(), "");
  EXPECT_EQ(fresh.read_to_end(), "");
  EXPECT_FALSE(RawClient(server.port()).connected());
}

TEST(GracefulStop, AnswersWhatIsOwedAndSaysThatItIsTheLast) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/later/1") + get("/later/2"));
  LaterReply first = server.handler().owed("/later/1");
  LaterReply second = server.handler().owed("/later/2");
  auto stopped = server.begin_stop();
  answer(std::move(first), "one");
  answer(std::move(second), "two");
  const auto one = client.read_answer();
  EXPECT_EQ(one.body, "one");
  EXPECT_FALSE(one.has("Connection: close"));
  const auto two = client.read_answer();
  EXPECT_EQ(two.body, "two");
  EXPECT_TRUE(two.has("Connection: close"));
  EXPECT_EQ(client.read_to_end(), "");
  client.close();
  wait(stopped);
}

TEST(GracefulStop, FinishesARequestThatIsHalfThere) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/x") + "POST /y HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nh");
  EXPECT_EQ(client.read_answer().body, "GET /x");
  auto stopped = server.begin_stop();
  client.send("i" + get("/too-late"));
  const auto last = client.read_answer();
  EXPECT_EQ(last.body, "POST /y hi");
  EXPECT_TRUE(last.has("Connection: close"));
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_FALSE(client.was_reset());
  client.close();
  wait(stopped);
}

TEST(GracefulStop, ServesWhatWasSentBeforeIt) {
  for (int round = 0; round < 50; ++round) {
    TestServer server;
    RawClient client(server.port());
    client.send(get("/x"));
    auto stopped = server.begin_stop();
    const auto last = client.read_answer();
    EXPECT_EQ(last.body, "GET /x");
    client.close();
    wait(stopped);
  }
}

TEST(GracefulStop, EndsAtTheTimeLimitsOfWhatNeverComes) {
  HttpLimits limits;
  limits.header_timeout = std::chrono::milliseconds(20);
  limits.linger_timeout = std::chrono::milliseconds(20);
  TestServer server(limits);
  RawClient client(server.port());
  client.send(get("/x") + "GET /y");
  EXPECT_EQ(client.read_answer().body, "GET /x");
  auto stopped = server.begin_stop();
  EXPECT_EQ(client.read_answer().status, 408);
  wait(stopped);
}

}  // namespace
}  // namespace tally::net
