// Time, memory and connections are bounded, whatever clients do. Each test waits for the close that the limit
// brings.
#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/net/support.h"

namespace tally::net {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

const std::string kGood = "GET /good HTTP/1.1\r\nHost: a\r\n\r\n";

// Long enough for a busy machine to say something in time.
constexpr milliseconds kIdle(300);

HttpLimits with(Duration HttpLimits::*limit, Duration time) {
  HttpLimits limits;
  limits.*limit = time;
  return limits;
}

TEST(TimeLimits, AHeaderThatTakesTooLongIs408) {
  TestServer server(with(&HttpLimits::header_timeout, milliseconds(50)));
  RawClient client(server.port());
  const auto start = Clock::now();
  client.send(kGood + "GET / HTTP/1.1\r\nHo");
  EXPECT_EQ(client.read_answer().body, "GET /good");
  EXPECT_EQ(client.read_answer().status, 408);
  EXPECT_GE(Clock::now() - start, milliseconds(50));
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(TimeLimits, ATricklingHeaderIs408) {
  HttpLimits limits = with(&HttpLimits::header_timeout, milliseconds(50));
  limits.header_bytes = std::size_t{1} << 30;  // it trickles fast here
  TestServer server(limits);
  RawClient client(server.port());
  // Every byte is progress, and none of it helps. The client sends until the server has shut its side.
  client.send("GET / HTTP/1.1\r\nX: ");
  while (client.send_without_waiting("x") == 1 && server.load().connections > 0) {
  }
  EXPECT_EQ(client.read_answer().status, 408);
}

TEST(TimeLimits, ABodyThatTakesTooLongIs408) {
  TestServer server(with(&HttpLimits::body_timeout, milliseconds(50)));
  for (const char* half : {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhi",
                           "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi"}) {
    RawClient client(server.port());
    client.send(half);
    EXPECT_EQ(client.read_answer().status, 408);
    EXPECT_EQ(client.read_to_end(), "");
  }
}

TEST(TimeLimits, AnIdleConnectionIsClosedWithoutAWord) {
  TestServer server(with(&HttpLimits::idle_timeout, kIdle));
  RawClient fresh(server.port());
  EXPECT_EQ(fresh.read_to_end(), "");
  RawClient used(server.port());
  used.send(kGood);
  EXPECT_EQ(used.read_answer().body, "GET /good");
  EXPECT_EQ(used.read_to_end(), "");
}

TEST(TimeLimits, AnAnswerThatIsOwedMayTakeLonger) {
  TestServer server(with(&HttpLimits::idle_timeout, kIdle));
  RawClient waiting(server.port());
  waiting.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
  LaterReply reply = server.handler().owed("/later");
  EXPECT_EQ(RawClient(server.port()).read_to_end(), "");  // one that asks nothing is closed meanwhile
  answer(std::move(reply), "at last");
  EXPECT_EQ(waiting.read_answer().body, "at last");
}

TEST(TimeLimits, AClientThatReadsNothingIsClosed) {
  TestServer server(with(&HttpLimits::idle_timeout, kIdle));
  RawClient client(server.port(), 4096);
  client.send("GET /large/50000000 HTTP/1.1\r\nHost: a\r\n\r\n");
  server.settle();
  while (server.load().connections > 0) std::this_thread::yield();
  EXPECT_EQ(server.load().held_bytes.sum(), 0);
}

TEST(TimeLimits, AClientThatNeverClosesIsClosed) {
  TestServer server(with(&HttpLimits::linger_timeout, milliseconds(50)));
  RawClient client(server.port());
  client.send("bad\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 400);
  while (server.load().connections > 0) std::this_thread::yield();
}

TEST(Connections, OverTheLimitAreToldSo) {
  HttpLimits limits;
  limits.connections = 2;
  TestServer server(limits, 2);
  std::vector<RawClient> clients;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(kGood);
    EXPECT_EQ(clients.back().read_answer().status, 200);
  }
  {
    RawClient refused(server.port());
    EXPECT_EQ(refused.read_answer().status, 503);
    EXPECT_EQ(refused.read_to_end(), "");
    EXPECT_FALSE(refused.was_reset());
  }
  EXPECT_EQ(server.load().connections, 2);
  clients.pop_back();
  while (server.load().connections == 2) std::this_thread::yield();
  RawClient next(server.port());
  next.send(kGood);
  EXPECT_EQ(next.read_answer().status, 200);
}

TEST(Connections, OfWhichTooManyAreOverTheLimitAreJustClosed) {
  HttpLimits limits;
  limits.connections = 0;
  limits.refused_connections = 1;
  TestServer server(limits);
  RawClient told(server.port());
  EXPECT_EQ(told.read_answer().status, 503);
  RawClient closed(server.port());
  EXPECT_EQ(closed.read_to_end(), "");
  told.close();
}

#ifndef __SANITIZE_ADDRESS__  // UBSan opens a pipe to look at memory, and takes its failure for a bad object
// Without a descriptor left nobody can be let in; that must pass, and must not keep the processor busy.
TEST(Connections, AreAcceptedAgainOnceThereAreDescriptors) {
  TestServer server(with(&HttpLimits::linger_timeout, milliseconds(20)));  // looks again soon
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = dup(0);
  close(next);
  const rlimit only_one_more{static_cast<rlim_t>(next) + 1, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &only_one_more), 0);
  RawClient client(server.port());
  client.send(kGood);
  server.settle();
  EXPECT_EQ(server.load().connections, 0);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(client.read_answer().status, 200);
}
#endif

TEST(Memory, StopsReadingWhoDoesNotRead) {
  TestServer server;
  RawClient client(server.port());
  const std::string request =
      "GET /large/20000 HTTP/1.1\r\nHost: a\r\nX: " + std::string(1000, 'x') + "\r\n\r\n";
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += request;
  std::size_t sent = 0;
  for (std::size_t last = 1; last > 0 && sent < 100'000'000; sent += last) {
    last = client.send_without_waiting(std::string_view(requests).substr(sent % request.size()));
  }
  EXPECT_LT(sent, 100'000'000);
  EXPECT_LT(server.load().held_bytes.sum(), 1'000'000);
  // And goes on once it is read again.
  for (std::size_t i = 0; i < sent / request.size(); ++i) ASSERT_EQ(client.read_answer().body.size(), 20'000);
}

TEST(Memory, OfAnswersThatMayBeLargeOneIsOwedToAConnection) {
  TestServer server;
  RawClient client(server.port());
  std::string requests;
  for (const char* target : {"/later/1/large", "/later/2/large", "/later/3/large"}) {
    requests.append("GET ").append(target).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  client.send(requests);
  for (const char* target : {"/later/1/large", "/later/2/large", "/later/3/large"}) {
    LaterReply reply = server.handler().owed(target);
    server.settle();
    EXPECT_EQ(server.handler().owed(), 0U) << "the next was begun";
    answer(std::move(reply), std::string(200'000, 'x'));
    EXPECT_EQ(client.read_answer().body.size(), 200'000);
  }
  EXPECT_LT(server.load().held_bytes.sum(), 1'000'000);
}

TEST(Memory, RefusesBodiesInPiecesWhenItHoldsTooMuch) {
  HttpLimits limits;
  limits.held_bytes = 500'000;
  TestServer server(limits);
  const std::string header = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
  RawClient first(server.port());
  first.send(header + std::string(100'000, 'x'));
  while (server.load().held_bytes.sum() < 100'000) std::this_thread::yield();
  RawClient second(server.port());
  second.send(header + std::string(900'000, 'x'));
  EXPECT_EQ(second.read_answer().status, 503);
  RawClient small(server.port());
  small.send(kGood);
  EXPECT_EQ(small.read_answer().status, 200);
  first.send(std::string(200'000, 'x'));
}

TEST(Memory, OfAllLoopsTogetherIsBounded) {
  constexpr std::size_t kMost = 500'000;
  constexpr std::size_t kTurn = std::size_t{4} * 64 * 1024;
  HttpLimits limits;
  limits.held_bytes = kMost;
  TestServer server(limits, /*loops=*/4);
  const std::string begun =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + std::string(50'000, 'x');
  std::vector<RawClient> clients;
  for (int i = 0; i < 64; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(begun);
    server.settle();
  }
  EXPECT_GT(server.load().held_bytes.sum(), kMost / 2);
  EXPECT_LE(server.load().held_bytes.sum(), kMost + kTurn);
}

TEST(Memory, AnIdleConnectionHoldsNextToNothing) {
  TestServer server;
  RawClient client(server.port());
  client.send(kGood);
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_LT(server.load().held_bytes.sum(), 1000);
}

}  // namespace
}  // namespace tally::net
