#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/certificates.h"
#include "tests/net/raw_tls.h"

namespace tally::net {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class TlsServer : public testing::Test {
 protected:
  TestServer& serve(const HttpLimits& limits = {}) {
    return server_.emplace(limits, 1, std::chrono::hours(1), tls_);
  }

  // The server has noticed that all connections ended.
  void wait_until_alone() {
    while (server_->load().connections > 0) std::this_thread::yield();
  }

  const TestAuthority ca_;
  const CertificateFiles files_ = ca_.issue("server");
  const std::shared_ptr<TlsContext> tls_ =
      TlsContext::load({files_.certificate, files_.key, ca_.file()}).value();
  std::optional<TestServer> server_;
};

std::string times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

const std::string kGet = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kLast = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

std::size_t answers_in(const std::string& bytes) {
  std::size_t count = 0;
  for (std::size_t at = bytes.find("HTTP/1.1 200"); at != std::string::npos;
       at = bytes.find("HTTP/1.1 200", at + 1)) {
    ++count;
  }
  return count;
}

TEST_F(TlsServer, AnswersWhatCameInOneBurst) {
  RawTls client(serve().port());
  ASSERT_TRUE(client.shake_hands());
  ASSERT_TRUE(client.send(times(4999, kGet) + kLast));
  EXPECT_EQ(answers_in(client.read_to_end()), 5000U);
  EXPECT_TRUE(client.heard_goodbye());
}

TEST_F(TlsServer, AnswersWhatCameByteByByte) {
  RawTls client(serve().port());
  ASSERT_TRUE(client.shake_hands());
  for (const char byte : kLast) ASSERT_TRUE(client.send({&byte, 1}));
  EXPECT_EQ(answers_in(client.read_to_end()), 1U);
}

TEST_F(TlsServer, SpeaksVersionOnePointTwoAndNoneBefore) {
  RawTls newer(serve().port(), TLS1_2_VERSION);
  ASSERT_TRUE(newer.shake_hands());
  newer.send(kLast);
  EXPECT_EQ(answers_in(newer.read_to_end()), 1U);
  RawTls older(server_->port(), TLS1_1_VERSION);
  EXPECT_FALSE(older.shake_hands());
  older.raw().close();
  wait_until_alone();
  EXPECT_THAT(tls_->take_failures(),
              HasSubstr("1 TLS handshake(s) of clients failed, the last of 127.0.0.1"));
  EXPECT_EQ(tls_->failures(), 1U);
  EXPECT_EQ(tls_->take_failures(), "") << "told before";
}

TEST_F(TlsServer, DoesNotNegotiateAgain) {
  RawTls client(serve().port(), TLS1_2_VERSION);
  ASSERT_TRUE(client.shake_hands());
  SSL_renegotiate(client.ssl());
  EXPECT_NE(SSL_do_handshake(client.ssl()), 1);
}

TEST_F(TlsServer, ResumesNoSession) {
  RawTls first(serve().port());
  ASSERT_TRUE(first.shake_hands());
  first.send(kLast);
  first.read_to_end();
  RawTls second(server_->port());
  SSL_set_session(second.ssl(), SSL_get_session(first.ssl()));
  ASSERT_TRUE(second.shake_hands());
  EXPECT_EQ(SSL_session_reused(second.ssl()), 0);
}

TEST_F(TlsServer, TellsWhoSpeaksPlainTextToSpeakTls) {
  RawClient plain(serve().port());
  plain.send(kGet);
  const Answer answer = plain.read_answer();
  EXPECT_EQ(answer.status, 400U);
  EXPECT_THAT(answer.body, HasSubstr("https://"));
  plain.read_to_end();
  EXPECT_FALSE(plain.was_reset());
}

TEST_F(TlsServer, SaysSoToWhoSpeaksTlsWhereNobodyDoes) {
  TestServer plain;
  RawTls client(plain.port());
  EXPECT_FALSE(client.shake_hands());
  RawClient half(plain.port());
  half.send("\x16\x03\x01");
  EXPECT_EQ(half.read_answer().status, 400U);
  half.read_to_end();
  EXPECT_FALSE(half.was_reset());
}

TEST_F(TlsServer, ClosesWhoDoesNotFinishTheHandshakeInTime) {
  HttpLimits limits;
  limits.handshake_timeout = milliseconds(20);
  RawClient silent(serve(limits).port());
  RawClient half(server_->port());
  half.send("\x16\x03\x01\x02");
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_EQ(half.read_to_end(), "");
  wait_until_alone();
  EXPECT_EQ(tls_->failures(), 2U);
}

TEST_F(TlsServer, GivesRequestsTheirOwnTimeOnceTheHandshakeIsDone) {
  HttpLimits limits;
  limits.handshake_timeout = milliseconds(500);
  RawTls client(serve(limits).port());
  ASSERT_TRUE(client.shake_hands());
  client.send("GET /x HTTP/1.1\r\n");
  RawClient silent(server_->port());
  EXPECT_EQ(silent.read_to_end(), "") << "its time is over, and so is the other's for a handshake";
  client.send("Host: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answers_in(client.read_to_end()), 1U);
}

TEST_F(TlsServer, LetsAFailedHandshakeHurtNobodyElse) {
  RawTls good(serve().port());
  ASSERT_TRUE(good.shake_hands());
  RawClient garbage(server_->port());
  garbage.send(std::string_view("\x16\x03\x01\x00\x05hello and more of that", 27));
  garbage.read_to_end();
  EXPECT_FALSE(garbage.was_reset());
  good.send(kLast);
  EXPECT_EQ(answers_in(good.read_to_end()), 1U);
}

TEST_F(TlsServer, CountsNobodyWhoOnlyLooksWhetherItListens) {
  RawClient(serve().port()).close();
  RawTls client(server_->port());
  ASSERT_TRUE(client.shake_hands());
  client.send(kLast);
  client.read_to_end();
  client.raw().close();
  wait_until_alone();
  EXPECT_EQ(tls_->failures(), 0U);
}

TEST_F(TlsServer, AnswersAWholeRequestThoughTheConnectionWasCut) {
  RawTls client(serve().port());
  ASSERT_TRUE(client.shake_hands());
  client.send(kGet);
  client.raw().shut_sending();  // without a close_notify
  EXPECT_EQ(answers_in(client.read_to_end()), 1U);
}

TEST_F(TlsServer, RefusesOverTlsWhoeverIsOneTooMany) {
  HttpLimits limits;
  limits.connections = 1;
  RawTls first(serve(limits).port());
  ASSERT_TRUE(first.shake_hands());
  RawTls second(server_->port());
  ASSERT_TRUE(second.shake_hands());
  EXPECT_THAT(second.read_to_end(), HasSubstr("HTTP/1.1 503"));
}

TEST_F(TlsServer, ReadsNoFurtherThanItMayOweAnswers) {
  HttpLimits limits;
  RawTls client(serve(limits).port());
  ASSERT_TRUE(client.shake_hands());
  const std::string get = "GET /large/100000 HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_TRUE(client.send(times(200, get)));
  server_->settle();
  EXPECT_LT(server_->load().held_bytes.sum(), 1'000'000U);
  std::size_t bodies = 0;
  for (int i = 0; i < 200; ++i) bodies += client.read(100'000).size();
  EXPECT_EQ(bodies, 20'000'000U);
}

TEST_F(TlsServer, FinishesWhatIsUnderWayWhenItStops) {
  RawTls client(serve().port());
  ASSERT_TRUE(client.shake_hands());
  client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
  LaterReply owed = server_->handler().owed("/later");
  auto stopped = server_->begin_stop();
  answer(std::move(owed), "yes");
  const std::string all = client.read_to_end();
  EXPECT_THAT(all, HasSubstr("Connection: close"));
  EXPECT_THAT(all, HasSubstr("yes"));
  EXPECT_TRUE(client.heard_goodbye());
  client.raw().close();
  stopped.front().wait();
}

}  // namespace
}  // namespace tally::net
