#include <atomic>
#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include "net/blocking_client.h"
#include "net/http_client.h"
#include "tests/net/support.h"

namespace tally::net {
namespace {

using std::chrono::milliseconds;

// A server of one connection after another, each handled as a test says.
class ScriptedServer {
 public:
  using Script = std::function<void(int socket)>;

  explicit ScriptedServer(std::vector<Script> scripts) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    TALLY_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    TALLY_CHECK(::listen(listener_, 8) == 0);
    TALLY_CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, scripts = std::move(scripts)] {
      for (const Script& script : scripts) {
        const int socket = accept(listener_, nullptr, nullptr);
        script(socket);
        ::close(socket);
      }
    });
  }

  ~ScriptedServer() {
    thread_.join();
    ::close(listener_);
  }

  Url url() const { return {"127.0.0.1", port_}; }

 private:
  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

// Up to the end of a request without a body.
void read_request(int socket) {
  std::string bytes;
  char c = 0;
  while (!bytes.ends_with("\r\n\r\n") && recv(socket, &c, 1, 0) == 1) bytes += c;
}

void wait_for_close(int socket) {
  char c = 0;
  while (recv(socket, &c, 1, 0) == 1) {
  }
}

ScriptedServer::Script answer_with(const std::string& bytes) {
  return [bytes](int socket) {
    read_request(socket);
    TALLY_CHECK(send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
  };
}

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

ClientRequest get(const Url& server, const std::string& target = "/") { return {"GET", server, target}; }
ClientRequest post(const Url& server, const std::string& body) {
  return {.method = "POST", .server = server, .target = "/", .content_type = "text/plain", .body = body};
}

TEST(HttpClient, AsksAndIsAnswered) {
  TestServer server;
  BlockingClient client({});
  EXPECT_EQ(client.send(get(server.url(), "/a?b"))->body, "GET /a?b");
  EXPECT_EQ(client.send(post(server.url(), "-3"))->body, "POST / text/plain -3");
  const ClientResponse redirect = client.send(get(server.url(), "/status/307")).value();
  EXPECT_EQ(redirect.status, 307);
  EXPECT_EQ(redirect.content_type, "text/plain");
  EXPECT_EQ(client.send({"HEAD", server.url(), "/"})->body, "");
  EXPECT_EQ(client.send(get(server.url(), "/status/204"))->status, 204);
  EXPECT_EQ(client.send(get(server.url(), "/large/5000000"))->body.size(), 5'000'000);
}

TEST(HttpClient, GivesTheFieldsThatMatter) {
  ScriptedServer server(
      {answer_with("HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nLocation: /x\r\nContent-Type: "
                   "a/b\r\nContent-Length: 0\r\n\r\n")});
  const ClientResponse response = BlockingClient({}).send(get(server.url())).value();
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.retry_after, "2");
  EXPECT_EQ(response.location, "/x");
  EXPECT_EQ(response.content_type, "a/b");
}

TEST(HttpClient, KeepsItsConnection) {
  TestServer server;
  BlockingClient client({});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(client.send(get(server.url()))->status, 200);
    EXPECT_EQ(server.load().connections, 1);
  }
}

TEST(HttpClient, KeepsOnlySoManyConnections) {
  TestServer server;
  ClientLimits limits;
  limits.idle_connections = 2;
  boost::asio::io_context loop(1);
  HttpClient client(loop, limits);
  int answered = 0;
  for (int i = 0; i < 5; ++i) {
    client.send(get(server.url(), "/later/" + std::to_string(i)), [&](Result<ClientResponse> result) {
      EXPECT_EQ(result->body, "yes");
      ++answered;
    });
  }
  std::thread others([&] {
    std::vector<LaterReply> all;
    for (int i = 0; i < 5; ++i) all.push_back(server.handler().owed("/later/" + std::to_string(i)));
    for (LaterReply& reply : all) answer(std::move(reply), "yes");
  });
  while (answered < 5) loop.run_one();
  others.join();
  while (server.load().connections > 2) std::this_thread::yield();
  EXPECT_EQ(server.load().connections, 2);
}

TEST(HttpClient, UnderstandsChunksAndInterimAnswers) {
  ScriptedServer server(
      {answer_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "2\r\nhi\r\n0\r\n\r\n")});
  EXPECT_EQ(BlockingClient({}).send(get(server.url()))->body, "hi");
}

TEST(HttpClient, UnderstandsABodyThatEndsWithTheConnection) {
  ScriptedServer server({answer_with("HTTP/1.0 200 OK\r\n\r\nhello")});
  EXPECT_EQ(BlockingClient({}).send(get(server.url()))->body, "hello");
}

TEST(HttpClient, WhereNobodyListensIsUnreachable) {
  Loops loops(1);
  Endpoint free;
  { free = local_endpoint(listen({"127.0.0.1", 0}, loops).value()[0]); }
  const auto result = BlockingClient({}).send(post({free.host, free.port}, "1"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::unreachable);
}

TEST(HttpClient, AHostThatDoesNotExistIsUnreachable) {
  EXPECT_EQ(BlockingClient({}).send(get({"no-such-host.invalid", 80})).error().code, Errc::unreachable);
}

TEST(HttpClient, FindsHostsByName) {
  TestServer server;
  EXPECT_EQ(BlockingClient({}).send(get({"localhost", server.port()}))->status, 200);
}

TEST(HttpClient, RefusesATargetThatWouldBeTwo) {
  EXPECT_EQ(BlockingClient({}).send(get({"localhost", 1}, "/a b")).error().code, Errc::invalid);
  EXPECT_EQ(BlockingClient({}).send(get({"localhost", 1}, "/a\r\nX: y")).error().code, Errc::invalid);
  EXPECT_EQ(BlockingClient({}).send(get({"localhost", 1}, "a")).error().code, Errc::invalid);
}

TEST(HttpClient, ARequestWithoutAWholeAnswerHasAnUnknownOutcome) {
  for (const char* bytes :
       {"", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi", "what?\r\n\r\n",
        "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n"}) {
    ScriptedServer server({answer_with(bytes)});
    const auto result = BlockingClient({}).send(get(server.url()));
    ASSERT_FALSE(result) << bytes;
    EXPECT_EQ(result.error().code, Errc::unknown_outcome) << bytes;
  }
}

TEST(HttpClient, AnAnswerThatTakesTooLongHasAnUnknownOutcome) {
  ScriptedServer server({wait_for_close});
  ClientLimits limits;
  limits.answer_timeout = milliseconds(30);
  BlockingClient client(limits);
  const auto result = client.send(get(server.url()));
  EXPECT_EQ(result.error().code, Errc::unknown_outcome);
  EXPECT_NE(result.error().detail.find("timed out"), std::string::npos);
}

TEST(HttpClient, AnAnswerOverTheLimitHasAnUnknownOutcome) {
  TestServer server;
  ClientLimits limits;
  limits.body_bytes = 1000;
  BlockingClient client(limits);
  EXPECT_EQ(client.send(get(server.url(), "/large/1000"))->body.size(), 1000);
  EXPECT_EQ(client.send(get(server.url(), "/large/1001")).error().code, Errc::unknown_outcome);
}

TEST(HttpClient, NoticesThatAKeptConnectionWasClosed) {
  ScriptedServer server({answer_with(kOk), answer_with(kOk), answer_with(kOk)});
  BlockingClient client({});
  EXPECT_EQ(client.send(post(server.url(), ""))->body, "ok");
  // By the time that the server accepts another connection it has closed the first.
  RawClient another(server.url().port);
  another.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(another.read_answer().body, "ok");
  EXPECT_EQ(client.send(post(server.url(), ""))->body, "ok");
}

// The server reads the second request on the kept connection and closes without a word.
ScriptedServer::Script answer_once_then_close() {
  return [](int socket) {
    read_request(socket);
    TALLY_CHECK(send(socket, kOk.data(), kOk.size(), MSG_NOSIGNAL) > 0);
    read_request(socket);
  };
}

TEST(HttpClient, RepeatsWhatIsRepeatableOnAFreshConnection) {
  ScriptedServer server({answer_once_then_close(), answer_with(kOk)});
  BlockingClient client({});
  EXPECT_EQ(client.send(get(server.url()))->body, "ok");
  EXPECT_EQ(client.send(get(server.url()))->body, "ok");
}

TEST(HttpClient, RepeatsAPostOnlyIfItsSenderSaysSo) {
  {
    ScriptedServer server({answer_once_then_close()});
    BlockingClient client({});
    EXPECT_EQ(client.send(post(server.url(), ""))->body, "ok");
    EXPECT_EQ(client.send(post(server.url(), "")).error().code, Errc::unknown_outcome);
  }
  ScriptedServer server({answer_once_then_close(), answer_with(kOk)});
  BlockingClient client({});
  ClientRequest request = post(server.url(), "");
  request.repeatable = true;
  EXPECT_EQ(client.send(request)->body, "ok");
  EXPECT_EQ(client.send(request)->body, "ok");
}

TEST(HttpClient, RepeatsOnceAndNoMore) {
  ScriptedServer server({answer_once_then_close(), answer_with("")});
  BlockingClient client({});
  EXPECT_EQ(client.send(get(server.url()))->body, "ok");
  EXPECT_EQ(client.send(get(server.url())).error().code, Errc::unknown_outcome);
}

TEST(HttpClient, DoesNotUseAConnectionThatSaidMoreThanItWasAsked) {
  ScriptedServer server(
      {answer_with(kOk + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"), answer_with(kOk)});
  BlockingClient client({});
  EXPECT_EQ(client.send(get(server.url()))->body, "ok");
  EXPECT_EQ(client.send(get(server.url()))->body, "ok");
}

TEST(HttpClient, HearsARefusalThatComesBeforeTheRequestIsThrough) {
  TestServer server;
  const auto result = BlockingClient({}).send(post(server.url(), std::string(20'000'000, 'x')));
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->status, 413);
}

TEST(HttpClient, DropsWhatIsUnderWayWhenItGoes) {
  TestServer server;
  boost::asio::io_context loop(1);
  std::optional<LaterReply> owed;
  {
    HttpClient client(loop, {});
    client.send(get(server.url(), "/later"), [](Result<ClientResponse>) { FAIL(); });
    std::atomic<bool> came = false;
    std::thread waiting([&] {
      owed = server.handler().owed("/later");
      came = true;
    });
    while (!came) loop.poll();
    waiting.join();
    client.send(get(server.url(), "/x"), [](Result<ClientResponse>) { FAIL(); });
  }
  loop.restart();
  loop.run();
}

TEST(HttpClient, ACallbackMaySendTheNextRequest) {
  TestServer server;
  boost::asio::io_context loop(1);
  HttpClient client(loop, {});
  int left = 3;
  std::function<void(Result<ClientResponse>)> next = [&](Result<ClientResponse> result) {
    EXPECT_EQ(result->status, 200);
    if (--left > 0) client.send(get(server.url()), next);
  };
  client.send(get(server.url()), next);
  while (left > 0) loop.run_one();
  EXPECT_EQ(server.load().connections, 1);
}

}  // namespace
}  // namespace tally::net
