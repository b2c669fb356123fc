#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/blocking_client.h"
#include "tests/net/certificates.h"
#include "tests/net/support.h"

namespace tally::net {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string why_not(const TlsOptions& options) {
  const auto loaded = TlsContext::load(options);
  if (loaded) return {};
  EXPECT_EQ(loaded.error().code, Errc::invalid);
  return loaded.error().detail;
}

void write(const std::string& file, const std::string& text) { std::ofstream(file) << text; }

TEST(TlsFiles, AreCertificateKeyAndAuthorities) {
  const TestAuthority ca;
  const auto own = ca.issue("a");
  EXPECT_THAT(why_not({own.certificate, own.key, ca.file()}), IsEmpty());
  EXPECT_THAT(why_not({own.certificate, own.key, {}}), IsEmpty());
  EXPECT_THAT(why_not({{}, {}, ca.file()}), IsEmpty());
  EXPECT_THAT(why_not({}), IsEmpty());
}

TEST(TlsFiles, ThatCannotBeUsedAreNamedWithTheReason) {
  const TestAuthority ca;
  const auto own = ca.issue("a");
  const std::string missing = ca.folder() + "/missing.pem";
  const std::string text = ca.folder() + "/text.pem";
  write(text, "this is no PEM\n");
  EXPECT_THAT(why_not({missing, own.key, {}}), HasSubstr(missing + " cannot be used (No such file"));
  EXPECT_THAT(why_not({own.certificate, missing, {}}), HasSubstr(missing + " cannot be used (No such file"));
  EXPECT_THAT(why_not({{}, {}, missing}), HasSubstr(missing));
  EXPECT_THAT(why_not({text, own.key, {}}), HasSubstr("--tls-cert"));
  EXPECT_THAT(why_not({own.certificate, text, {}}), HasSubstr("--tls-key"));
  EXPECT_THAT(why_not({{}, {}, text}), HasSubstr("--tls-ca"));
}

TEST(TlsFiles, OfTwoThatDoNotBelongTogetherBothAreNamed) {
  const TestAuthority ca;
  const std::string detail = why_not({ca.issue("a").certificate, ca.issue("b").key, {}});
  EXPECT_THAT(detail, HasSubstr("/b.key is not that of the certificate in"));
  EXPECT_THAT(detail, HasSubstr("/a.pem"));
}

TEST(TlsFiles, WithAPassphraseNobodyIsAskedFor) {
  const TestAuthority ca;
  const auto own = ca.issue("a");
  const std::string locked = ca.folder() + "/locked.key";
  const std::string command =
      "openssl pkcs8 -topk8 -in " + own.key + " -out " + locked + " -passout pass:secret";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_THAT(why_not({own.certificate, locked, {}}), HasSubstr("without a passphrase"));
}

class Renewal : public testing::Test {
 protected:
  std::string whose(const Url& url) {
    const auto client = TlsContext::load({{}, {}, ca_.file()}).value();
    const auto answer = BlockingClient({}, client).send({"GET", {"localhost", url.port, true}, "/"});
    return answer ? "localhost's" : answer.error().detail;
  }

  const TestAuthority ca_;
  const CertificateFiles own_ = ca_.issue("own", "DNS:before.example");
  const std::shared_ptr<TlsContext> context_ = TlsContext::load({own_.certificate, own_.key, {}}).value();
  TestServer server_{{}, 1, std::chrono::hours(1), context_};
};

TEST_F(Renewal, TakesNothingWhereNothingHasChanged) { EXPECT_FALSE(context_->renew().value()); }

TEST_F(Renewal, ShowsTheNewCertificateToNewConnections) {
  EXPECT_THAT(whose(server_.url()), HasSubstr("for before.example"));
  ca_.issue("own", "DNS:localhost");
  EXPECT_THAT(whose(server_.url()), HasSubstr("for before.example"));
  EXPECT_TRUE(context_->renew().value());
  EXPECT_EQ(whose(server_.url()), "localhost's");
  EXPECT_FALSE(context_->renew().value());
}

TEST_F(Renewal, OfABrokenFileKeepsWhatThereWasAndSaysSoOnce) {
  write(own_.certificate, "half of a cert");
  const auto renewed = context_->renew();
  ASSERT_FALSE(renewed);
  EXPECT_THAT(renewed.error().detail, HasSubstr(own_.certificate));
  EXPECT_THAT(whose(server_.url()), HasSubstr("for before.example"));
  EXPECT_FALSE(context_->renew().value()) << "it is the same file still";
  ca_.issue("own", "DNS:localhost");
  EXPECT_TRUE(context_->renew().value());
  EXPECT_EQ(whose(server_.url()), "localhost's");
}

TEST_F(Renewal, LeavesConnectionsThatAreThereAlone) {
  BlockingClient client({}, TlsContext::load({{}, {}, ca_.file()}).value());
  ca_.issue("own", "DNS:localhost");
  ASSERT_TRUE(context_->renew().value());
  const Url url{"localhost", server_.port(), true};
  ASSERT_TRUE(client.send({"GET", url, "/"}));
  ca_.issue("own", "DNS:elsewhere.example");
  ASSERT_TRUE(context_->renew().value());
  EXPECT_TRUE(client.send({"GET", url, "/"})) << "on the connection that it has";
}

}  // namespace
}  // namespace tally::net
