#include "api/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally {
namespace {

using testing::HasSubstr;

const std::string kSecret(43, 'c');

std::optional<AccessText> tokens_of(const char* name, const char* scopes, const char* token) {
  return AccessText{"tokens", token_line(name, Scopes::parse(scopes).value(), digest_of(token)).value()};
}

TEST(AccessRules, WithoutFilesEverybodyMayDoEverything) {
  const AccessRules rules = make_access_rules({}, {}).value();
  for (const Scopes demands : {kForAnyone, kForAnyToken, kForReaders, kForWriters, kForAdmins, kForServers}) {
    EXPECT_TRUE(rules.everybody.has_any_of(demands));
  }
  EXPECT_TRUE(rules.cluster_secret.empty());
}

TEST(AccessRules, WithTokensAloneNobodyMayPassForAServer) {
  const AccessRules rules = make_access_rules(tokens_of("ops", "admin", "t"), {}).value();
  EXPECT_EQ(rules.everybody, kForAnyone);
  EXPECT_FALSE(bearer_of(rules, "t").scopes.has_any_of(kForServers));
}

TEST(AccessRules, AClustersSecretAloneKeepsStrangersFromPassingForServers) {
  const AccessRules rules =
      make_access_rules({}, AccessText{"cluster", kSecret + "\n" + kSecret + "2"}).value();
  for (const Scopes demands : {kForAnyone, kForReaders, kForWriters, kForAdmins}) {
    EXPECT_TRUE(rules.everybody.has_any_of(demands));
  }
  EXPECT_FALSE(rules.everybody.has_any_of(kForServers));
  EXPECT_EQ(rules.cluster_secret, kSecret);
  for (const std::string& secret : {kSecret, kSecret + "2"}) {
    EXPECT_EQ(bearer_of(rules, secret).scopes, kForServers);
  }
}

TEST(AccessRules, ATokenHasItsScopesAndAnUnknownOneNone) {
  const AccessRules rules = make_access_rules(tokens_of("web", "read", "t"), {}).value();
  const Bearer web = bearer_of(rules, "t");
  EXPECT_TRUE(web.known);
  EXPECT_EQ(web.name, "web");
  EXPECT_EQ(web.scopes, kForReaders);
  for (const std::string& other :
       {std::string("T"), std::string(), std::string("t "), std::string(9999, 't')}) {
    EXPECT_FALSE(bearer_of(rules, other).known) << other;
    EXPECT_EQ(bearer_of(rules, other).scopes, Scopes{});
  }
}

TEST(AccessRules, AnErrorNamesTheFile) {
  EXPECT_THAT(make_access_rules(AccessText{"/etc/tokens", "x"}, {}).error().detail,
              HasSubstr("/etc/tokens, line 1: "));
  EXPECT_THAT(make_access_rules({}, AccessText{"/etc/cluster", "x"}).error().detail,
              HasSubstr("/etc/cluster, line 1: "));
}

TEST(Authorization, IsABearersInAnyCase) {
  EXPECT_EQ(bearer_secret("Bearer abc"), "abc");
  EXPECT_EQ(bearer_secret("bEARER   abc"), "abc");
  for (const char* other : {"", "Bearer", "Bearer ", "Basic abc", "Bearerabc", "abc", "Bear"}) {
    EXPECT_EQ(bearer_secret(other), "") << other;
  }
}

TEST(Denial, SaysWhatIsNeededAndWhoWasRefused) {
  const Denial stranger = deny(kForWriters, nullptr);
  EXPECT_EQ(stranger.error.code, Errc::unauthorized);
  EXPECT_THAT(stranger.error.detail, HasSubstr("a token with the scope write"));
  EXPECT_THAT(stranger.error.detail, HasSubstr("Nothing was counted"));
  EXPECT_EQ(stranger.challenge, R"(Bearer realm="tally", scope="write")");

  const Bearer nobody;
  const Denial unknown = deny(kForAnyToken, &nobody);
  EXPECT_EQ(unknown.error.code, Errc::unauthorized);
  EXPECT_EQ(unknown.challenge, R"(Bearer realm="tally", error="invalid_token")");

  const Bearer web{true, "web", kForReaders};
  const Denial lacking = deny(kForAdmins, &web);
  EXPECT_EQ(lacking.error.code, Errc::insufficient_scope);
  EXPECT_THAT(lacking.error.detail, HasSubstr("'web' has the scope read"));
  EXPECT_EQ(lacking.challenge, R"(Bearer realm="tally", error="insufficient_scope", scope="admin")");

  EXPECT_THAT(deny(kForServers, &web).error.detail, HasSubstr("--cluster-token-file"));
}

}  // namespace
}  // namespace tally
