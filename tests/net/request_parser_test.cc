#include "net/request_parser.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/net/transcript.h"

namespace tally::net {
namespace {

const std::string kBurst =
    "GET /a HTTP/1.1\r\nHost: a\r\nAccept: text/plain\r\n\r\n"
    "\r\nPOST /b?c HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\n-17"
    "POST /d HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\n1\r\n!\r\n0\r\nT: "
    "t\r\n\r\n"
    "DELETE /e HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    "HEAD http://a/f HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

TEST(RequestParser, ReadsABurst) {
  EXPECT_EQ(transcript({kBurst}),
            "GET /a [] [text/plain] [] keep-alive\n"
            "POST /b?c [text/plain] [] [-17] keep-alive\n"
            "POST /d [] [] [hi!] keep-alive\n"
            "DELETE /e [] [] [] 1.0 keep-alive\n"
            "HEAD /f [] [] [] close\n"
            "idle\n");
}

TEST(RequestParser, ABurstMayBeCutAnywhere) {
  const std::string whole = transcript({kBurst});
  for (std::size_t cut = 0; cut <= kBurst.size(); ++cut) {
    EXPECT_EQ(transcript({kBurst.substr(0, cut), kBurst.substr(cut)}), whole) << cut;
  }
  EXPECT_EQ(transcript(cut_every(kBurst, 1)), whole);
}

TEST(RequestParser, KnowsWhatIsMissing) {
  RequestParser parser(1000, 1000);
  EXPECT_EQ(parser.phase(), RequestParser::Phase::idle);
  std::string_view bytes = "G";
  EXPECT_EQ(parser.feed(bytes), RequestParser::State::incomplete);
  EXPECT_EQ(parser.phase(), RequestParser::Phase::header);
  bytes = "ET / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
  EXPECT_EQ(parser.feed(bytes), RequestParser::State::incomplete);
  EXPECT_EQ(parser.phase(), RequestParser::Phase::body);
  EXPECT_TRUE(parser.expects_continue());
  bytes = "hiG";
  EXPECT_EQ(parser.feed(bytes), RequestParser::State::complete);
  EXPECT_EQ(bytes, "G");
  EXPECT_EQ(parser.phase(), RequestParser::Phase::idle);
}

TEST(RequestParser, RefusesAtTheFirstByteThatCannotBeRight) {
  for (const char* bytes : {"\x16", " ", "\n", "GET /\r\n", "GET / HTTP/1.1\r\n ",
                            "GET / HTTP/1.1\r\nHost: a\n", "GET / HTTP/3.0\r\n"}) {
    RequestParser parser(1000, 1000);
    std::string_view rest = bytes;
    EXPECT_EQ(parser.feed(rest), RequestParser::State::refused) << bytes;
    EXPECT_EQ(parser.error().code, Errc::malformed);
  }
}

TEST(RequestParser, NamesTheFaultOfFieldsThatAreOneTooMany) {
  const std::string length = "Content-Length: 2\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const std::pair<std::string, const char*> cases[] = {
      {length + chunked, "(both Content-Length and Transfer-Encoding)"},
      {chunked + length, "(both Content-Length and Transfer-Encoding)"},
      {chunked + chunked, "(more than one Transfer-Encoding field)"},
      {length + length, "(more than one Content-Length field)"},
      {length + "Content-Length: 3\r\n", "(more than one Content-Length field)"},
      {"Content-Length: two\r\n", "(bad Content-Length)"},
      {"Content-Length: 2, 3\r\n", "(multiple Content-Length)"},
  };
  for (const auto& [fields, fault] : cases) {
    const std::string refusal = transcript({"POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n"});
    EXPECT_NE(refusal.find(fault), std::string::npos) << refusal;
  }
}

TEST(RequestParser, SeesAnEncodingOfTheBodyButNotIdentity) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"Content-Encoding: identity\r\n", ""},
      {"content-encoding: Identity\r\n", ""},
      {"Content-Encoding: gzip\r\n", "gzip"},
      {"Content-Encoding: gzip\r\nContent-Encoding: identity\r\n", "gzip"},
      {"Content-Encoding: identity\r\nContent-Encoding: br\r\n", "br"},
  };
  for (const auto& [fields, encoding] : cases) {
    RequestParser parser(1000, 1000);
    const std::string bytes = std::string("POST / HTTP/1.1\r\nHost: a\r\n") + fields + "\r\n";
    std::string_view rest = bytes;
    ASSERT_EQ(parser.feed(rest), RequestParser::State::complete) << fields;
    EXPECT_EQ(parser.request().content_encoding, encoding) << fields;
  }
}

TEST(RequestParser, GivesLargeBuffersBack) {
  RequestParser parser(8192, 1 << 20);
  const std::size_t before = parser.held_bytes();
  const std::string body(100'000, 'x');
  const std::string request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + body;
  std::string_view half = std::string_view(request).substr(0, 60'000);
  EXPECT_EQ(parser.feed(half), RequestParser::State::incomplete);
  EXPECT_GE(parser.held_bytes(), 59'000);
  std::string_view rest = std::string_view(request).substr(60'000);
  EXPECT_EQ(parser.feed(rest), RequestParser::State::complete);
  EXPECT_EQ(parser.request().body, body);
  std::string_view next = "G";
  parser.feed(next);
  EXPECT_LE(parser.held_bytes(), before + 4096);
}

// Good requests, some bytes of which were changed: whatever comes of them, it comes of them in any cut.
TEST(RequestParser, AnyBytesGiveTheSameInAnyCut) {
  Random random(1);
  const std::string_view alphabet("\r\n\t :;,0123456789aAfF-+=/#*\"\0\x7f\xff", 32);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = kBurst;
    for (std::uint64_t changes = random.below(4) + 1; changes > 0; --changes) {
      const std::size_t at = random.below(bytes.size());
      const char with = alphabet[random.below(alphabet.size())];
      switch (random.below(3)) {
        case 0: bytes[at] = with; break;
        case 1: bytes.insert(at, 1, with); break;
        case 2: bytes.erase(at, 1 + random.below(8)); break;
      }
    }
    const std::string whole = transcript({bytes});
    ASSERT_EQ(transcript(cut_at_random(bytes, random)), whole) << testing::PrintToString(bytes);
    if (round % 16 == 0) {
      ASSERT_EQ(transcript(cut_every(bytes, 1)), whole) << testing::PrintToString(bytes);
    }
  }
}

TEST(RequestParser, LimitsHoldInAnyCut) {
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  for (std::size_t size = 180; size <= 220; ++size) {
    const std::string bytes = start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
    const std::string whole = transcript({bytes}, 200, 10);
    EXPECT_EQ(whole.starts_with("GET"), size <= 200) << whole;
    EXPECT_EQ(transcript(cut_every(bytes, 1), 200, 10), whole);
    EXPECT_EQ(transcript(cut_every(bytes, 7), 200, 10), whole);
  }
}

}  // namespace
}  // namespace tally::net
