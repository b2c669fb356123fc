// TLS on both listeners, and that only servers speak as servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/certificates.h"
#include "tests/net/raw_tls.h"
#include "tests/server/running_server.h"

namespace tally {
namespace {

using testing::HasSubstr;

class ServerOverTls : public testing::Test {
 protected:
  explicit ServerOverTls(bool peers = true) {
    ServerOptions options = options_of("a");
    const auto files = ca_.issue("a", "IP:127.0.0.1,URI:tally://server/a");
    options.tls = {files.certificate, files.key, ca_.file(), peers};
    options.resp = net::Endpoint{"127.0.0.1", 0};
    server_.emplace(options);
    EXPECT_TRUE(eventually([this] { return server_->ready(); }));
  }

  std::shared_ptr<net::TlsContext> showing(const std::string& names) const {
    const auto files = ca_.issue("client", names);
    return net::TlsContext::load({files.certificate, files.key, ca_.file()}).value();
  }

  // A share of server `author`'s stream, that says `sender` sends it.
  std::string share(const std::string& sender, const std::string& author) {
    return shares_.body({server_id(sender), {7, 7}, "https://127.0.0.1:1"},
                        {{8, 8}, server_id(author), Sequence{0}, Sequence{1}}, {{"hits", 5, Sequence{1}}});
  }

  static net::ClientResponse post(Http& http, const net::Url& server, const std::string& share) {
    return http.post(server, "/v1/shares", share, "application/x-protobuf");
  }

  static void expect_refused(const net::ClientResponse& answer, const std::string& why) {
    EXPECT_EQ(answer.status, 403U) << answer.body;
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_THAT(answer.body, HasSubstr("/problems/wrong-certificate"));
    EXPECT_THAT(answer.body, HasSubstr(why));
  }

  const net::TestAuthority ca_;
  e2e::ShareWriter shares_;
  Http anybody_{net::TlsContext::load({{}, {}, ca_.file()}).value()};
  std::optional<RunningServer> server_;
};

TEST_F(ServerOverTls, SaysThatItIsReachedByHttps) {
  EXPECT_TRUE(server_->self().url.starts_with("https://"));
}

TEST_F(ServerOverTls, CountsForClientsWithoutACertificate) {
  EXPECT_EQ(anybody_.add(server_->url(), "hits", 3), 200U);
  EXPECT_EQ(anybody_.value(server_->url(), "hits"), 3);
}

TEST_F(ServerOverTls, RefusesSharesOfWhoShowsNoCertificate) {
  const auto answer = post(anybody_, server_->url(), share("b", "b"));
  expect_refused(answer, "none proved to be one");
  EXPECT_THAT(answer.body, HasSubstr("--tls-cert"));
  EXPECT_EQ(anybody_.value(server_->url(), "hits"), 0);
}

TEST_F(ServerOverTls, RefusesSharesUnderACertificateThatNamesNoServer) {
  Http client(showing("DNS:b,URI:https://tally/server/b"));
  expect_refused(post(client, server_->url(), share("b", "b")), "names no counting server");
}

TEST_F(ServerOverTls, RefusesSharesUnderACertificateThatNamesSeveralServers) {
  Http client(showing("URI:tally://server/b,URI:tally://server/c"));
  expect_refused(post(client, server_->url(), share("b", "b")), "several");
}

TEST_F(ServerOverTls, RefusesSharesUnderACertificateThatNamesWhatIsNoServer) {
  Http client(showing("URI:tally://server/b/c"));
  expect_refused(post(client, server_->url(), share("b", "b")), "no id of a server");
}

TEST_F(ServerOverTls, RefusesSharesThatSpeakInAnothersName) {
  Http client(showing("URI:tally://server/c"));
  expect_refused(post(client, server_->url(), share("b", "b")),
                 "says that server 'b' sends it, and the certificate says 'c'");
  EXPECT_EQ(anybody_.value(server_->url(), "hits"), 0);
}

TEST_F(ServerOverTls, TakesSharesOfAMember) {
  Http client(showing("DNS:b.example,URI:tally://server/b"));
  EXPECT_EQ(post(client, server_->url(), share("b", "b")).status, 200U);
  EXPECT_EQ(anybody_.value(server_->url(), "hits"), 5);
}

TEST_F(ServerOverTls, TakesFromAMemberWhatAnotherHadCounted) {
  Http client(showing("URI:tally://server/b"));
  EXPECT_EQ(post(client, server_->url(), share("b", "c")).status, 200U);
  EXPECT_EQ(anybody_.value(server_->url(), "hits"), 5);
}

TEST_F(ServerOverTls, TellsMembersAloneWhatItHolds) {
  Http member(showing("URI:tally://server/b"));
  EXPECT_EQ(member.get(server_->url(), "/v1/marks").status, 200U);
  expect_refused(anybody_.get(server_->url(), "/v1/marks"), "Only counting servers");
  const std::string stream = "/v1/streams/" + server_->self().run.text() + "?after=0";
  EXPECT_EQ(member.get(server_->url(), stream).status, 404U) << "nothing is counted; it may ask";
  expect_refused(anybody_.get(server_->url(), stream), "Only counting servers");
}

TEST_F(ServerOverTls, CountsFailedHandshakes) {
  net::RawClient plain(net::Url::parse(server_->url().text())->port);
  plain.send("GET / HTTP/1.1\r\n\r\n");
  plain.read_to_end();
  EXPECT_THAT(anybody_.get(server_->url(), "/metrics").body,
              HasSubstr("tally_tls_failed_handshakes_total 1"));
}

TEST_F(ServerOverTls, SpeaksTheRedisProtocolOverTlsToo) {
  net::RawTls client(server_->resp_port());
  ASSERT_TRUE(client.shake_hands());
  client.send("INCR hits\r\nINCRBY hits 4\r\n");
  EXPECT_EQ(client.read(8), ":1\r\n:5\r\n");
  EXPECT_EQ(anybody_.value(server_->url(), "hits"), 5);
}

TEST_F(ServerOverTls, TellsClientsOfRedisThatSpeakPlainTextToSpeakTls) {
  net::RawClient client(server_->resp_port());
  client.send("*1\r\n$4\r\nPING\r\n");
  const std::string reply = client.read_to_end();
  EXPECT_THAT(reply, testing::StartsWith("-ERR "));
  EXPECT_THAT(reply, HasSubstr("This port speaks TLS"));
  EXPECT_FALSE(client.was_reset());
}

class ServerThatTrustsPeers : public ServerOverTls {
 protected:
  ServerThatTrustsPeers() : ServerOverTls(false) {}
};

TEST_F(ServerThatTrustsPeers, TakesSharesOfAnybodyOverTls) {
  EXPECT_EQ(post(anybody_, server_->url(), share("b", "b")).status, 200U);
}

TEST(ServerWithoutTls, ClosesOnClientsOfRedisThatSpeakIt) {
  ServerOptions options = options_of("a");
  options.resp = net::Endpoint{"127.0.0.1", 0};
  RunningServer server(options);
  ASSERT_TRUE(eventually([&] { return server.ready(); }));
  net::RawTls client(server.resp_port());
  EXPECT_FALSE(client.shake_hands());
}

TEST(ServerWithTls, DoesNotStartWithoutItsCertificate) {
  ServerOptions options = options_of("a");
  options.tls = {"/nowhere/a.pem", "/nowhere/a.key", {}};
  boost::asio::io_context cluster;
  const auto server = CountingServer::listen(options, nullptr, cluster);
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().detail, HasSubstr("/nowhere/a.pem"));
}

}  // namespace
}  // namespace tally
