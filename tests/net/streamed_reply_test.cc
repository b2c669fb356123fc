#include <gtest/gtest.h>

#include "tests/net/support.h"

namespace tally::net {
namespace {

std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"; }

// A client that has asked for /stream, and heard the beginning.
class Streaming : public testing::Test {
 protected:
  void say(const std::string& piece) {
    server_.on_loop([&] { stream().send(piece); });
  }
  void end() {
    server_.on_loop([&] { server_.handler().streams().clear(); });
  }
  StreamedReply& stream() { return server_.handler().streams().at("/stream"); }

  void begin() {
    client_.send(get("/stream"));
    EXPECT_EQ(client_.read_answer().status, 200U);
    EXPECT_EQ(client_.read(10), "5\r\nbegun\r\n");
  }

  TestServer server_;
  RawClient client_{server_.port()};
};

TEST_F(Streaming, SendsEachPieceAtOnce) {
  client_.send(get("/stream"));
  const Answer head = client_.read_answer();
  EXPECT_TRUE(head.has("Content-Type: text/event-stream")) << head.header;
  EXPECT_TRUE(head.has("Transfer-Encoding: chunked")) << head.header;
  EXPECT_TRUE(head.has("X-Extra: yes")) << head.header;
  EXPECT_EQ(head.header.find("Content-Length"), std::string::npos);
  EXPECT_EQ(client_.read(10), "5\r\nbegun\r\n");
  say("one");
  EXPECT_EQ(client_.read(8), "3\r\none\r\n");
  say(std::string(26, 'x'));
  EXPECT_EQ(client_.read(32), "1a\r\n" + std::string(26, 'x') + "\r\n");
}

TEST_F(Streaming, EndsWithoutItsConnection) {
  begin();
  end();
  EXPECT_EQ(client_.read(5), "0\r\n\r\n");
  client_.send(get("/next"));
  EXPECT_EQ(client_.read_answer().body, "GET /next");
}

TEST_F(Streaming, HoldsBackTheAnswersAfterIt) {
  client_.send(get("/later") + get("/stream") + get("/next"));
  LaterReply before = server_.handler().owed("/later");
  say("early");
  EXPECT_TRUE(client_.has_nothing_to_read());
  answer(std::move(before), "first");
  EXPECT_EQ(client_.read_answer().body, "first");
  EXPECT_EQ(client_.read_answer().status, 200U);
  EXPECT_EQ(client_.read(20), "5\r\nbegun\r\n5\r\nearly\r\n");
  end();
  EXPECT_EQ(client_.read(5), "0\r\n\r\n");
  EXPECT_EQ(client_.read_answer().body, "GET /next");
}

TEST_F(Streaming, GoesToOldClientsUpToTheEndOfTheConnection) {
  client_.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const Answer head = client_.read_answer();
  EXPECT_TRUE(head.has("Connection: close")) << head.header;
  EXPECT_EQ(head.header.find("Transfer-Encoding"), std::string::npos);
  say(" and gone on");
  end();
  EXPECT_EQ(client_.read_to_end(), "begun and gone on");
}

TEST_F(Streaming, IsOnlyAHeaderForHead) {
  client_.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n" + get("/next"));
  EXPECT_TRUE(client_.read_answer(true).has("Transfer-Encoding: chunked"));
  EXPECT_EQ(client_.read_answer().body, "GET /next");
  EXPECT_FALSE(server_.on_loop([&] { return stream().is_open(); }));
  say("to nobody");
}

TEST_F(Streaming, NoticesThatNobodyListens) {
  begin();
  client_.shut_sending();
  while (server_.on_loop([&] { return stream().is_open(); })) std::this_thread::yield();
  end();
  EXPECT_EQ(client_.read_to_end(), "0\r\n\r\n");
  EXPECT_FALSE(client_.was_reset());
}

TEST_F(Streaming, SaysNothingToAClosedConnection) {
  begin();
  client_.close();
  while (server_.load().connections > 0) say("anybody?");
  EXPECT_FALSE(server_.on_loop([&] { return stream().is_open(); }));
  say("to nobody");
}

TEST_F(Streaming, SaysWhatItsClientHasNotTaken) {
  begin();
  EXPECT_EQ(server_.on_loop([&] { return stream().unsent_bytes(); }), 0U);
  const std::string piece(1 << 20, 'x');
  std::size_t said = 0;
  while (server_.on_loop([&] { return stream().unsent_bytes(); }) < piece.size()) {
    say(piece);
    ++said;
  }
  const std::string chunk = "100000\r\n" + piece + "\r\n";
  for (std::size_t i = 0; i < said; ++i) EXPECT_EQ(client_.read(chunk.size()), chunk);
  while (server_.on_loop([&] { return stream().unsent_bytes(); }) > 0) std::this_thread::yield();
}

TEST_F(Streaming, DoesNotCountWhatWaitsBehindIt) {
  client_.send(get("/stream") + get("/stream/behind"));
  EXPECT_EQ(client_.read_answer().status, 200U);
  EXPECT_EQ(client_.read(10), "5\r\nbegun\r\n");
  const auto behind = [&]() -> StreamedReply& { return server_.handler().streams().at("/stream/behind"); };
  server_.on_loop([&] { behind().send("not yet"); });
  EXPECT_EQ(server_.on_loop([&] { return stream().unsent_bytes(); }), 0U);
  EXPECT_GT(server_.on_loop([&] { return behind().unsent_bytes(); }), 7U);
  server_.on_loop([&] { server_.handler().streams().erase("/stream"); });
  EXPECT_EQ(client_.read(5), "0\r\n\r\n");
  EXPECT_EQ(client_.read_answer().status, 200U);
  EXPECT_EQ(client_.read(22), "5\r\nbegun\r\n7\r\nnot yet\r\n");
}

TEST_F(Streaming, EndsBeforeItsServerDoes) {
  begin();
  auto stopped = server_.begin_stop();
  say("still here");
  EXPECT_EQ(client_.read(15), "a\r\nstill here\r\n");
  end();
  EXPECT_EQ(client_.read_to_end(), "0\r\n\r\n");
  EXPECT_FALSE(client_.was_reset());
  client_.close();
  stopped[0].wait();
}

TEST(StreamedReply, OutlivesItsServer) {
  TestServer server;
  RawClient client(server.port());
  client.send(get("/stream"));
  EXPECT_EQ(client.read_answer().status, 200U);
  server.destroy();
  server.handler().streams().at("/stream").send("to nobody");
  EXPECT_EQ(client.read_to_end(), "5\r\nbegun\r\n");
}

}  // namespace
}  // namespace tally::net
