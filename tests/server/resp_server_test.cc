// Clients who speak the Redis protocol, over sockets.
#include <gtest/gtest.h>

#include "tests/net/support.h"
#include "tests/server/running_server.h"
#include "tests/server/test_disk.h"

namespace tally {
namespace {

class RespServer : public testing::Test {
 protected:
  static ServerOptions options() {
    ServerOptions options = options_of("a");
    options.resp = net::Endpoint{"127.0.0.1", 0};
    return options;
  }
  static void wait_until_ready(RunningServer& server) {
    ASSERT_TRUE(eventually([&] { return server.ready(); }));
  }
  // The client sends `request`, and that is the reply.
  static void expect(net::RawClient& client, const std::string& request, const std::string& reply) {
    client.send(request);
    EXPECT_EQ(client.read(reply.size()), reply) << request;
  }
  // Until the server has heard, and answered as far as it may, all that was sent before.
  void settle(const RunningServer& server, std::int64_t value) {
    ASSERT_TRUE(eventually([&] { return http.value(server.url(), "hits") == value; }));
  }

  TestDisk disk;
  Http http;
};

TEST_F(RespServer, CountsWhatHttpCounts) {
  RunningServer server(options());
  wait_until_ready(server);
  net::RawClient client(server.resp_port());
  expect(client, "INCR hits\r\n", ":1\r\n");
  EXPECT_EQ(http.post(server.url(), "/v1/counters/hits", "").status, 200U);
  expect(client, "INCRBY hits 40\r\n", ":42\r\n");
  expect(client, "GET hits\r\n", "$2\r\n42\r\n");
  EXPECT_EQ(http.value(server.url(), "hits"), 42);
}

TEST_F(RespServer, TakesCommandsInAnyPieces) {
  RunningServer server(options());
  wait_until_ready(server);
  net::RawClient client(server.resp_port());
  for (const char c : std::string("*2\r\n$4\r\nINCR\r\n$4\r\nhits\r\n")) client.send({&c, 1});
  EXPECT_EQ(client.read(4), ":1\r\n");
}

TEST_F(RespServer, RepliesOfABurstWaitForTheDiskAndKeepTheirOrder) {
  RunningServer server(options(), disk.store());
  wait_until_ready(server);
  disk.hold();
  net::RawClient client(server.resp_port());
  client.send("PING\r\nINCR hits\r\nGET hits\r\nINCR hits\r\nNOPE\r\nINCR hits\r\n");
  EXPECT_EQ(client.read(7), "+PONG\r\n") << "what stands before an add does not wait";
  settle(server, 3);
  EXPECT_TRUE(client.has_nothing_to_read());
  net::RawClient other(server.resp_port());
  expect(other, "GET hits\r\n", "$1\r\n3\r\n");
  disk.let_go();
  const std::string rest =
      ":1\r\n$1\r\n1\r\n:2\r\n-ERR unknown command 'NOPE', with args beginning with: \r\n:3\r\n";
  EXPECT_EQ(client.read(rest.size()), rest);
}

// One loop: what the other client reads stands behind what that loop took of the burst.
TEST_F(RespServer, OfABurstNoMoreIsExecutedThanThereIsRoomForReplies) {
  ServerOptions narrow = options();
  narrow.threads = 1;
  narrow.limits.unsent_bytes = 10;
  RunningServer server(narrow, disk.store());
  wait_until_ready(server);
  disk.hold();
  net::RawClient client(server.resp_port());
  std::string burst;
  std::string replies;
  for (int i = 1; i <= 9; ++i) {
    burst += "*2\r\n$4\r\nINCR\r\n$4\r\nhits\r\n";
    replies += ":" + std::to_string(i) + "\r\n";
  }
  client.send(burst);
  settle(server, 3);
  disk.let_go();
  EXPECT_EQ(client.read(replies.size()), replies);
}

TEST_F(RespServer, AnAddThatTheDiskDoesNotTakeInTimeIsUnconfirmed) {
  RunningServer server(options(), disk.store());
  wait_until_ready(server);
  disk.hold();
  net::RawClient client(server.resp_port());
  client.send("INCR hits\r\nINCR hits\r\nPING\r\n");
  const std::string begin = "-UNCONFIRMED counted, but ";
  EXPECT_EQ(client.read(begin.size()), begin);
  disk.let_go();
  client.send("INCR hits\r\nQUIT\r\n");
  const std::string rest = client.read_to_end();
  EXPECT_NE(rest.find("ack=memory"), std::string::npos) << rest;
  EXPECT_NE(rest.find("\r\n" + begin), std::string::npos) << "each of them: " << rest;
  EXPECT_TRUE(rest.ends_with("\r\n+PONG\r\n:3\r\n+OK\r\n")) << rest;
}

TEST_F(RespServer, ManyAddsOfABurstAreGivenByFewCommits) {
  RunningServer server(options(), disk.store());
  wait_until_ready(server);
  net::RawClient client(server.resp_port());
  std::string burst;
  std::string replies;
  for (int i = 1; i <= 1000; ++i) {
    burst += "INCR hits\r\n";
    replies += ":" + std::to_string(i) + "\r\n";
  }
  disk.hold();
  const int before = disk.commits();
  client.send(burst);
  settle(server, 1000);
  disk.let_go();
  EXPECT_EQ(client.read(replies.size()), replies);
  EXPECT_LE(disk.commits() - before, 20);
}

TEST_F(RespServer, ClosesBehindTheRepliesThatItOwes) {
  RunningServer server(options(), disk.store());
  wait_until_ready(server);
  disk.hold();
  net::RawClient quits(server.resp_port());
  net::RawClient errs(server.resp_port());
  const std::string incr = "*2\r\n$4\r\nINCR\r\n$4\r\nhits\r\n";
  quits.send(incr + "*1\r\n$4\r\nQUIT\r\n" + incr);
  errs.send("INCR hits\r\n*x\r\nINCR hits\r\n");
  settle(server, 2);
  disk.let_go();
  const std::string replies = quits.read_to_end() + errs.read_to_end();
  EXPECT_TRUE(replies == ":1\r\n+OK\r\n:2\r\n-ERR Protocol error: invalid multibulk length\r\n" ||
              replies == ":2\r\n+OK\r\n:1\r\n-ERR Protocol error: invalid multibulk length\r\n")
      << replies;
  EXPECT_EQ(http.value(server.url(), "hits"), 2) << "what came behind was not counted";
}

TEST_F(RespServer, TellsConnectionsAboveTheLimitThatTheyAre) {
  ServerOptions few = options();
  few.limits.connections = 1;
  RunningServer server(few);
  wait_until_ready(server);
  net::RawClient first(server.resp_port());
  expect(first, "PING\r\n", "+PONG\r\n");
  net::RawClient second(server.resp_port());
  EXPECT_EQ(second.read_to_end(), "-ERR max number of clients reached\r\n");
  expect(first, "PING\r\n", "+PONG\r\n");
}

TEST_F(RespServer, ClosesAnIdleConnectionWhereATimeIsSet) {
  ServerOptions impatient = options();
  impatient.resp_idle_timeout = milliseconds(40);
  RunningServer server(impatient);
  wait_until_ready(server);
  net::RawClient idle(server.resp_port());
  EXPECT_EQ(idle.read_to_end(), "");
  net::RawClient halfway(server.resp_port());
  halfway.send("*2\r\n$4\r\nINCR\r\n");
  EXPECT_EQ(halfway.read_to_end(), "");
}

TEST_F(RespServer, AClientThatReadsNothingIsReadNoFurther) {
  RunningServer server(options());
  wait_until_ready(server);
  net::RawClient deaf(server.resp_port(), 4096);
  const std::string echo = "*2\r\n$4\r\nECHO\r\n$10000\r\n" + std::string(10'000, 'x') + "\r\n";
  std::size_t taken = 0;
  int stalls = 0;
  while (stalls < 3 && taken < (std::size_t{256} << 20)) {
    const std::size_t sent = deaf.send_without_waiting(echo);
    taken += sent;
    if (sent > 0) continue;
    net::RawClient other(server.resp_port());  // whose turn comes after that one's
    expect(other, "PING\r\n", "+PONG\r\n");
    ++stalls;
  }
  EXPECT_LT(taken, std::size_t{256} << 20);
}

// Closing a socket that has unread bytes resets it, and takes back replies that the client has not read yet.
TEST_F(RespServer, AStopDoesNotTakeBackRepliesFromAClientThatGoesOnSending) {
  RunningServer server(options(), disk.store());
  wait_until_ready(server);
  disk.hold();
  net::RawClient client(server.resp_port());
  client.send("INCR hits\r\n");
  settle(server, 1);
  auto stopped = server.stop();
  net::RawClient refused(server.url().port);
  ASSERT_TRUE(eventually([&] { return !net::RawClient(server.resp_port()).connected(); }))
      << "it listens no more";
  disk.let_go();
  EXPECT_EQ(client.read(4), ":1\r\n");
  client.send("INCR hits\r\n");  // it may still be read, or not; it is not answered with a reset
  client.read_to_end();
  EXPECT_FALSE(client.was_reset());
  client.close();
  EXPECT_EQ(stopped.wait_for(seconds(20)), std::future_status::ready);
}

TEST_F(RespServer, StopsWhileAnHttpClientIsInTheMiddleOfARequest) {
  RunningServer server(options());
  wait_until_ready(server);
  net::RawClient half(server.url().port);
  half.send("POST /v1/counters/x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n1");
  net::RawClient idle(server.resp_port());
  expect(idle, "PING\r\n", "+PONG\r\n");
  net::RawClient halfway(server.resp_port());
  expect(halfway, "PING\r\n*2\r\n$4\r\nIN", "+PONG\r\n");
  auto stopped = server.stop();
  EXPECT_EQ(idle.read_to_end(), "") << "at once, not once the others have gone";
  EXPECT_EQ(halfway.read_to_end(), "");
  half.close();
  EXPECT_EQ(stopped.wait_for(seconds(20)), std::future_status::ready);
}

TEST_F(RespServer, AStopFinishesWhatIsUnderWay) {
  RunningServer server(options(), disk.store());
  wait_until_ready(server);
  net::RawClient idle(server.resp_port());
  expect(idle, "PING\r\n", "+PONG\r\n");
  disk.hold();
  net::RawClient client(server.resp_port());
  client.send("INCR hits\r\nGET hits\r\n");
  settle(server, 1);
  auto stopped = server.stop();
  EXPECT_EQ(idle.read_to_end(), "") << "nothing is under way there";
  disk.let_go();
  EXPECT_EQ(client.read_to_end(), ":1\r\n$1\r\n1\r\n");
  EXPECT_EQ(stopped.wait_for(seconds(20)), std::future_status::ready);
}

}  // namespace
}  // namespace tally
