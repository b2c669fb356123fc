#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/blocking_client.h"
#include "tests/net/certificates.h"
#include "tests/net/support.h"

namespace tally::net {
namespace {

using testing::HasSubstr;

std::shared_ptr<TlsContext> context(const TlsOptions& options) { return TlsContext::load(options).value(); }

// A server with a certificate of `ca`, and a client that trusts that.
class TlsClient : public testing::Test {
 protected:
  std::unique_ptr<TestServer> serve(const CertificateFiles& files, bool ask_clients = false) const {
    return std::make_unique<TestServer>(HttpLimits{}, 1, std::chrono::hours(1),
                                        context({files.certificate, files.key, ca_.file(), ask_clients}));
  }

  std::shared_ptr<TlsContext> trusting() const { return context({{}, {}, ca_.file()}); }
  std::shared_ptr<TlsContext> showing(const CertificateFiles& files) const {
    return context({files.certificate, files.key, ca_.file()});
  }

  // What a client is told that must not trust the server.
  static std::string refusal(const Url& url, std::shared_ptr<TlsContext> tls) {
    const auto answer = BlockingClient({}, std::move(tls)).send({"POST", url, "/"});
    if (answer) return "answered";
    EXPECT_EQ(answer.error().code, Errc::unreachable) << "nothing was asked";
    EXPECT_TRUE(answer.error().detail.starts_with(url.text())) << answer.error().detail;
    return answer.error().detail;
  }

  const TestAuthority ca_;
};

TEST_F(TlsClient, AsksAndIsAnsweredOnOneConnection) {
  const auto server = serve(ca_.issue("server"));
  BlockingClient client({}, trusting());
  EXPECT_EQ(client.send({"GET", server->url(), "/a?b"})->body, "GET /a?b");
  EXPECT_EQ(client.send({"GET", server->url(), "/large/5000000"})->body.size(), 5'000'000);
  const std::string large(900'000, 'x');
  const auto echoed = client.send({.method = "POST",
                                   .server = server->url(),
                                   .target = "/",
                                   .content_type = "text/plain",
                                   .body = large});
  EXPECT_EQ(echoed->body.size(), large.size() + std::string("POST / text/plain ").size());
  EXPECT_EQ(server->load().connections, 1U);
}

TEST_F(TlsClient, FindsServersByNameAndByAddress) {
  const auto server = serve(ca_.issue("server", "DNS:localhost,IP:127.0.0.1"));
  BlockingClient client({}, trusting());
  EXPECT_TRUE(client.send({"GET", {"localhost", server->port(), true}, "/"}));
  EXPECT_TRUE(client.send({"GET", {"127.0.0.1", server->port(), true}, "/"}));
}

TEST_F(TlsClient, DoesNotTrustACertificateForOtherHosts) {
  const auto server = serve(ca_.issue("server", "DNS:a.example,DNS:b.example,IP:10.0.0.1"));
  EXPECT_THAT(refusal(server->url(), trusting()),
              HasSubstr("not for 127.0.0.1, but for a.example, b.example, 10.0.0.1"));
  EXPECT_THAT(refusal({"localhost", server->port(), true}, trusting()), HasSubstr("not for localhost"));
}

TEST_F(TlsClient, TakesNoCommonNameForAHost) {
  const auto server = serve(ca_.issue("localhost", "URI:tally://server/a"));
  EXPECT_THAT(refusal({"localhost", server->port(), true}, trusting()), HasSubstr("but for no host"));
}

TEST_F(TlsClient, DoesNotTrustAnUnknownAuthority) {
  const TestAuthority other("another CA");
  const auto server = serve(other.issue("server"));
  EXPECT_THAT(refusal(server->url(), trusting()), HasSubstr("--tls-ca FILE"));
  EXPECT_THAT(refusal(server->url(), nullptr), HasSubstr("--tls-ca FILE")) << "nor does the system";
}

TEST_F(TlsClient, DoesNotTrustAnAuthorityOfTheSameName) {
  const TestAuthority other;
  EXPECT_THAT(refusal(serve(other.issue("server"))->url(), trusting()), HasSubstr("is not taken"));
}

TEST_F(TlsClient, DoesNotTrustACertificateThatHasExpired) {
  const auto server = serve(ca_.issue("server", "IP:127.0.0.1", -1));
  EXPECT_THAT(refusal(server->url(), trusting()), HasSubstr("has expired"));
}

TEST_F(TlsClient, SaysThatAServerSpeaksNoTls) {
  TestServer server;
  EXPECT_THAT(refusal({"127.0.0.1", server.port(), true}, trusting()), HasSubstr("does not speak TLS"));
}

TEST_F(TlsClient, WithoutTlsIsToldToSpeakIt) {
  const auto server = serve(ca_.issue("server"));
  const auto answer = BlockingClient({}).send({"GET", {"127.0.0.1", server->port()}, "/"});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 400U);
  EXPECT_THAT(answer->body, HasSubstr("https://"));
}

TEST_F(TlsClient, WithoutACertificateIsServedAsNobody) {
  const auto server = serve(ca_.issue("server"), true);
  BlockingClient client({}, trusting());
  EXPECT_EQ(client.send({"GET", server->url(), "/who"})->body, "nobody");
}

TEST_F(TlsClient, IsKnownByItsCertificate) {
  const auto server = serve(ca_.issue("server"), true);
  BlockingClient client({}, showing(ca_.issue("client", "DNS:x,URI:tally://server/b")));
  EXPECT_EQ(client.send({"GET", server->url(), "/who"})->body, "somebody tally://server/b");
  EXPECT_EQ(client.send({"GET", server->url(), "/who"})->body, "somebody tally://server/b");
}

TEST_F(TlsClient, IsNotAskedForACertificateByAServerThatNeedsNone) {
  const auto server = serve(ca_.issue("server"), false);
  BlockingClient client({}, showing(ca_.issue("client", "URI:tally://server/b")));
  EXPECT_EQ(client.send({"GET", server->url(), "/who"})->body, "nobody");
}

TEST_F(TlsClient, WithAnotherAuthoritysCertificateIsNotLetIn) {
  const TestAuthority other("another CA");
  const auto theirs = other.issue("client", "URI:tally://server/b");
  const auto server = serve(ca_.issue("server"), true);
  const auto tls = context({theirs.certificate, theirs.key, ca_.file()});
  EXPECT_THAT(refusal(server->url(), tls), HasSubstr("does not take our certificate"));
  while (server->load().connections > 0) std::this_thread::yield();
}

TEST_F(TlsClient, WithACertificateThatHasExpiredIsNotLetIn) {
  const auto server = serve(ca_.issue("server"), true);
  const auto tls = showing(ca_.issue("client", "URI:tally://server/b", -1));
  EXPECT_THAT(refusal(server->url(), tls), HasSubstr("does not take our certificate"));
}

}  // namespace
}  // namespace tally::net
