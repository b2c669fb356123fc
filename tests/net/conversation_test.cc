// What goes in over a plain socket, and what comes out.
#include <gtest/gtest.h>

#include "tests/net/support.h"

namespace tally::net {
namespace {

const std::string kGood = "GET /good HTTP/1.1\r\nHost: a\r\n\r\n";

struct Row {
  const char* name;
  std::string bytes;
  unsigned status;
  bool closes;
};

std::string post(const std::string& fields, const std::string& body = {}) {
  return "POST /p HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

std::vector<Row> rows() {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const std::string nul(1, '\0');
  return {
      {"Get", kGood, 200, false},
      {"EmptyLinesFirst", "\r\n\r\n" + kGood, 200, false},
      {"PostWithLength", post("Content-Length: 2\r\n", "hi"), 200, false},
      {"PostWithoutBody", post(""), 200, false},
      {"Chunked", post(chunked, "2\r\nhi\r\n0\r\n\r\n"), 200, false},
      {"ChunkExtensionsAndTrailers", post(chunked, "2;a=\"b\"\r\nhi\r\n0;c\r\nTrailer: x\r\n\r\n"), 200,
       false},
      {"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 200, false},
      {"AbsoluteForm", "GET http://a:80/good HTTP/1.1\r\nHost: a\r\n\r\n", 200, false},
      {"Options", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 200, false},
      {"UnknownMethod", "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n", 200, false},
      {"ConnectionClose", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200, true},
      {"Http10", "GET / HTTP/1.0\r\n\r\n", 200, true},
      {"Http10KeepAlive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, false},

      {"NoHost", "GET / HTTP/1.1\r\n\r\n", 400, true},
      {"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, true},
      {"BadHost", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, true},
      {"PathInHost", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, true},
      {"FoldedField", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400, true},
      {"FoldedIntoAnEmptyField", "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\tc\r\n\r\n", 400, true},
      {"FoldBeforeTheFirstField", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, true},
      {"BareLineFeeds", "GET / HTTP/1.1\nHost: a\n\n", 400, true},
      {"BareLineFeedInAField", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400, true},
      {"BareLineFeedAtTheEnd", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400, true},
      {"BareCarriageReturn", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400, true},
      {"BareCarriageReturnInTheTarget", "GET /a\rb HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
      {"BlankBeforeTheColon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, true},
      {"NoColon", "GET / HTTP/1.1\r\nHost\r\n\r\n", 400, true},
      {"EmptyFieldName", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400, true},
      {"NulInAField", "GET / HTTP/1.1\r\nHost: a\r\nX: b" + nul + "\r\n\r\n", 400, true},
      {"ControlByteInAField", "GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n", 400, true},
      {"NulInTheTarget", "GET /a" + nul + " HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
      {"DeleteInTheTarget", "GET /a\x7f HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
      {"BlankInTheTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
      {"NoTarget", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
      {"RelativeTarget", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
      {"Fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
      {"AsteriskWithoutOptions", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
      {"AuthorityForm", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
      {"AbsoluteFormWithoutHost", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
      {"AbsoluteFormOfAnotherScheme", "GET ftp://a/x HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},
      {"Http09", "GET /\r\n", 400, true},
      {"Http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, true},
      {"Http12", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 400, true},
      {"LowerCaseVersion", "GET / http/1.1\r\nHost: a\r\n\r\n", 400, true},
      {"Tls", "\x16\x03\x01", 400, true},
      {"Blank", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, true},

      {"LengthTwice", post("Content-Length: 2\r\nContent-Length: 2\r\n", "hi"), 400, true},
      {"LengthList", post("Content-Length: 2, 2\r\n", "hi"), 400, true},
      {"NegativeLength", post("Content-Length: -2\r\n", "hi"), 400, true},
      {"SignedLength", post("Content-Length: +2\r\n", "hi"), 400, true},
      {"HexadecimalLength", post("Content-Length: 0x2\r\n", "hi"), 400, true},
      {"EmptyLength", post("Content-Length:\r\n", "hi"), 400, true},
      {"LengthBeyond64Bits", post("Content-Length: 18446744073709551618\r\n", "hi"), 400, true},
      {"LengthAndChunks", post("Content-Length: 2\r\n" + chunked, "0\r\n\r\n"), 400, true},
      {"ChunksAndLength", post(chunked + "Content-Length: 2\r\n", "0\r\n\r\n"), 400, true},
      {"GzipThenChunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400, true},
      {"ChunkedThenIdentity", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), 400, true},
      {"Identity", post("Transfer-Encoding: identity\r\n", "hi"), 400, true},
      {"EmptyCoding", post("Transfer-Encoding:\r\n", "hi"), 400, true},
      {"ChunkedTwice", post(chunked + chunked, "0\r\n\r\n"), 400, true},
      {"ChunkedInQuotes", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 400, true},
      {"ChunkedWithAVerticalTab",
       post("Transfer-Encoding: \x0b"
            "chunked\r\n",
            "0\r\n\r\n"),
       400, true},
      {"ChunkedInHttp10", "POST /p HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, true},

      {"NegativeChunk", post(chunked, "-2\r\nhi\r\n0\r\n\r\n"), 400, true},
      {"SignedChunk", post(chunked, "+2\r\nhi\r\n0\r\n\r\n"), 400, true},
      {"PrefixedChunk", post(chunked, "0x2\r\nhi\r\n0\r\n\r\n"), 400, true},
      {"BlankBeforeAChunkSize", post(chunked, " 2\r\nhi\r\n0\r\n\r\n"), 400, true},
      {"BlankAfterAChunkSize", post(chunked, "2 \r\nhi\r\n0\r\n\r\n"), 400, true},
      {"EmptyChunkSize", post(chunked, "\r\nhi\r\n0\r\n\r\n"), 400, true},
      {"ChunkSizeBeyond64Bits", post(chunked, "10000000000000002\r\nhi\r\n0\r\n\r\n"), 400, true},
      {"ChunkLongerThanItSays", post(chunked, "2\r\nhi!\r\n0\r\n\r\n"), 400, true},
      {"BareLineFeedAfterAChunkSize", post(chunked, "2\nhi\r\n0\r\n\r\n"), 400, true},
      {"BareLineFeedAfterAChunk", post(chunked, "2\r\nhi\n0\r\n\r\n"), 400, true},
      {"BareLineFeedInTheTrailers", post(chunked, "0\r\nX: y\n\r\n"), 400, true},
      {"FoldedTrailer", post(chunked, "0\r\nX: y\r\n z\r\n\r\n"), 400, true},
      {"ControlByteInAChunkExtension", post(chunked, "2;\x01\r\nhi\r\n0\r\n\r\n"), 400, true},

      {"BodyOverTheLimit", post("Content-Length: 1048577\r\n"), 413, true},
      {"ChunkOverTheLimit", post(chunked, "100001\r\n"), 413, true},
      {"ChunksOverTheLimit", post(chunked, "1\r\nx\r\n100000\r\n"), 413, true},
      {"BodyOverTheLimitThatAsksFirst", post("Expect: 100-continue\r\nContent-Length: 1048577\r\n"), 413,
       true},
      {"HeaderOverTheLimit", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(8192, 'x') + "\r\n\r\n", 431,
       true},
      {"TargetOverTheLimit", "GET /" + std::string(8192, 'x'), 431, true},
      {"ManyFields",
       [] {
         std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n";
         while (bytes.size() < 9000) bytes += "X: y\r\n";
         return bytes;
       }(),
       431, true},
  };
}

class Conversation : public testing::TestWithParam<Row> {
 protected:
  TestServer server_;
  RawClient client_{server_.port()};
};

TEST_P(Conversation, HasTheStatusAndTheEndThatItShould) {
  ASSERT_TRUE(client_.send(GetParam().bytes));
  const auto answer = client_.read_answer();
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_EQ(answer.has("Connection: close"), GetParam().closes);
  if (GetParam().closes) {
    client_.send(kGood);
    EXPECT_EQ(client_.read_to_end(), "");
    EXPECT_FALSE(client_.was_reset());
  } else {
    client_.send(kGood);
    EXPECT_EQ(client_.read_answer().body, "GET /good");
  }
}

// The bad one may not touch what came before it, nor be mistaken for something else because of it.
TEST_P(Conversation, GoodRequestsBeforeItAreAnsweredFirst) {
  ASSERT_TRUE(client_.send(kGood + kGood + GetParam().bytes));
  EXPECT_EQ(client_.read_answer().body, "GET /good");
  EXPECT_EQ(client_.read_answer().body, "GET /good");
  EXPECT_EQ(client_.read_answer().status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(Rows, Conversation, testing::ValuesIn(rows()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(HttpServer, UnderstandsTheRequest) {
  TestServer server;
  RawClient client(server.port());
  client.send(
      "POST /v1/counters/a%20b?ack=disk HTTP/1.1\r\nhOsT: a\r\ncontent-TYPE:\t text/plain "
      "\r\nContent-Length: 2\r\n\r\n-3");
  EXPECT_EQ(client.read_answer().body, "POST /v1/counters/a%20b?ack=disk text/plain -3");
  client.send("GET HTTP://a/x?y HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_answer().body, "GET /x?y");
  client.send(
      "PUT /\xc3\xa4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n1\r\nh\r\n00a\r\n0123456789\r\n0\r\n\r\n");
  EXPECT_EQ(client.read_answer().body, "PUT /\xc3\xa4 h0123456789");
}

TEST(HttpServer, KeepsTheHeaderThatFitsExactly) {
  TestServer server;
  RawClient client(server.port());
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  client.send(start + std::string(8192 - start.size() - 4, 'x') + "\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 200);
  client.send(start + std::string(8192 - start.size() - 3, 'x') + "\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 431);
}

TEST(HttpServer, TakesABodyUpToItsLimit) {
  TestServer server;
  RawClient client(server.port());
  const std::string body(1024 * 1024, 'x');
  client.send(post("Content-Length: 1048576\r\n", body));
  EXPECT_EQ(client.read_answer().body, "POST /p " + body);
  client.send(post("Transfer-Encoding: chunked\r\n", "100000\r\n" + body + "\r\n0\r\n\r\n"));
  EXPECT_EQ(client.read_answer().body, "POST /p " + body);
}

TEST(HttpServer, ARefusalReachesAClientThatIsStillSending) {
  TestServer server;
  RawClient client(server.port());
  client.send(post("Content-Length: 9000000\r\n", std::string(9'000'000, 'x')));
  EXPECT_EQ(client.read_answer().status, 413);
}

TEST(HttpServer, AnswersHeadWithoutABody) {
  TestServer server;
  RawClient client(server.port());
  client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n" + kGood);
  EXPECT_TRUE(client.read_answer(true).has("Content-Length: 7"));
  EXPECT_EQ(client.read_answer().body, "GET /good");
}

TEST(HttpServer, WritesTheWholeHeader) {
  TestServer server;
  RawClient client(server.port());
  client.send("GET /status/307 HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto answer = client.read_answer();
  EXPECT_TRUE(answer.header.starts_with("HTTP/1.1 307 Temporary Redirect\r\nDate: "));
  EXPECT_TRUE(answer.has("Content-Type: text/plain"));
  EXPECT_TRUE(answer.has("X-Extra: yes"));
  client.send("GET /status/204 HTTP/1.1\r\nHost: a\r\n\r\nGET /status/299 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_answer().header.find("Content-"), std::string::npos);
  EXPECT_TRUE(client.read_answer().header.starts_with("HTTP/1.1 299 \r\n"));
}

TEST(HttpServer, TellsOldClientsThatTheConnectionStays) {
  TestServer server;
  RawClient client(server.port());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(client.read_answer().has("Connection: keep-alive"));
}

TEST(HttpServer, InvitesTheBodyOfAClientThatAsks) {
  TestServer server;
  RawClient client(server.port());
  client.send(post("Expect: 100-continue\r\nContent-Length: 2\r\n"));
  EXPECT_EQ(client.read_answer().status, 100);
  client.send("hi");
  EXPECT_EQ(client.read_answer().body, "POST /p hi");
}

TEST(HttpServer, InvitesNoBodyBeforeTheAnswersThatAreOwed) {
  TestServer server;
  RawClient client(server.port());
  client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n" +
              post("Expect: 100-continue\r\nContent-Length: 2\r\n"));
  answer(server.handler().owed("/later"), "first");
  EXPECT_EQ(client.read_answer().body, "first");
  EXPECT_EQ(client.read_answer().status, 100);
  client.send("hi");
  EXPECT_EQ(client.read_answer().body, "POST /p hi");
}

TEST(HttpServer, AnswersAClientThatHasShutItsSide) {
  TestServer server;
  RawClient client(server.port());
  client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n" + kGood);
  client.shut_sending();
  answer(server.handler().owed("/later"), "first");
  EXPECT_EQ(client.read_answer().body, "first");
  EXPECT_EQ(client.read_answer().body, "GET /good");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_FALSE(client.was_reset());
}

TEST(HttpServer, ForgetsARequestThatWasCutOff) {
  TestServer server;
  RawClient client(server.port());
  client.send(kGood + post("Content-Length: 9\r\n", "half"));
  client.shut_sending();
  EXPECT_EQ(client.read_answer().body, "GET /good");
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(HttpServer, TakesNothingAfterTheLastRequest) {
  TestServer server;
  RawClient client(server.port());
  client.send("GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + kGood + kGood);
  EXPECT_EQ(client.read_answer().body, "GET /last");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_FALSE(client.was_reset());
}

}  // namespace
}  // namespace tally::net
