#include "bench/load/replies.h"

#include <string>

#include <gtest/gtest.h>

namespace tally::load {
namespace {

using std::string_literals::operator""s;

Result<Scanned> scan_resp(std::string_view unread) { return scan_integers(unread, ":"); }
Result<Scanned> scan_memcached(std::string_view unread) { return scan_integers(unread, ""); }
Result<Scanned> scan_add(std::string_view unread) { return scan_http_ok(unread, R"({"name":")"); }

using Scan = Result<Scanned> (*)(std::string_view);

// However the bytes are cut, the two pieces hold what the whole holds.
void expect_replies(Scan scan, const std::string& bytes, std::size_t replies) {
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const Result<Scanned> first = scan(std::string_view(bytes).substr(0, cut));
    ASSERT_TRUE(first) << cut << ": " << first.error().detail;
    ASSERT_LE(first->bytes, cut);
    const Result<Scanned> rest = scan(std::string_view(bytes).substr(first->bytes));
    ASSERT_TRUE(rest) << cut << ": " << rest.error().detail;
    EXPECT_EQ(first->replies + rest->replies, replies) << cut;
    EXPECT_EQ(first->bytes + rest->bytes, bytes.size()) << cut;
  }
}

void expect_refused(Scan scan, const std::string& bytes, const std::string& shown) {
  const Result<Scanned> scanned = scan(bytes);
  ASSERT_FALSE(scanned) << bytes;
  EXPECT_NE(scanned.error().detail.find(shown), std::string::npos) << scanned.error().detail;
}

const std::string kAdd =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 37\r\n\r\n"
    R"({"name":"a","value":12,"ack":"disk"})"
    "\n";
const std::string kEmpty =
    "HTTP/1.1 200 OK\r\nServer: nginx\r\ncontent-length:0\r\nConnection: keep-alive\r\n\r\n";

TEST(Replies, OfIncrAreCountedHoweverTheyAreCut) { expect_replies(scan_resp, ":1\r\n:20\r\n:300\r\n", 3); }
TEST(Replies, OfMemcachedAreCountedHoweverTheyAreCut) {
  expect_replies(scan_memcached, "1\r\n18446744073709551615\r\n", 2);
}
TEST(Replies, OverHttpAreCountedHoweverTheyAreCut) { expect_replies(scan_add, kAdd + kAdd + kAdd, 3); }

TEST(Replies, WithoutABodyAreCountedHoweverTheyAreCut) {
  expect_replies([](std::string_view unread) { return scan_http_ok(unread, ""); }, kEmpty + kEmpty, 2);
}

TEST(Replies, ThatSayAnErrorAreShown) {
  expect_refused(scan_resp, ":1\r\n-UNCONFIRMED counted, but not on disk\r\n", "-UNCONFIRMED counted");
  expect_refused(scan_resp, "-", "-");
  expect_refused(scan_memcached, "1\r\nNOT_FOUND\r\n", "NOT_FOUND");
  expect_refused(scan_add, kAdd + "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n",
                 "503 Service Unavailable");
}

TEST(Replies, OfAnAddThatIsNotConfirmedAreNotGoodOnes) {
  expect_refused(scan_add, "HTTP/1.1 202 Accepted\r\n", "202");
}

TEST(Replies, OfAnotherKindAreNotGoodOnes) {
  expect_refused(scan_resp, "$-1\r\n", "$-1");
  expect_refused(scan_resp, ":-1\r\n", ":-1");
  expect_refused(scan_resp, ":\r\n", ":");
  expect_refused(scan_resp, ":1\n", ":1");
  expect_refused(scan_resp, ":1\r:2\r\n", ":1");
  expect_refused(scan_memcached, ":1\r\n", ":1");
  expect_refused(scan_add, kEmpty, "nginx");
  expect_refused(scan_add, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"title\":1}", "title");
}

TEST(Replies, WhoseEndNobodyCanKnowAreNotGoodOnes) {
  expect_refused(scan_add, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "chunked");
  expect_refused(scan_add, "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n", "1x");
  expect_refused(scan_add, "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n", "Content-Length");
}

TEST(Replies, AreShownWithoutBytesThatATerminalWouldObey) {
  expect_refused(scan_resp, "\x1b[2J\0\r\nx"s, "?[2J?\\nx");
}

}  // namespace
}  // namespace tally::load
