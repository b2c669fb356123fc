#include "api/tokens.h"

#include <gtest/gtest.h>

namespace tally {
namespace {

constexpr const char* kFoo = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
constexpr const char* kBar = "sha256:fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9";

std::string refusal(const std::string& text) {
  const auto tokens = parse_tokens(text);
  EXPECT_FALSE(tokens) << text;
  return tokens ? "" : tokens.error().detail;
}

TEST(Tokens, AreNamesScopesAndDigestsALineEach) {
  const auto tokens = parse_tokens("# who\n\n  web\tread,write  " + std::string(kFoo) +
                                   "   # the site\r\nops admin " + kBar + "#\n")
                          .value();
  ASSERT_EQ(tokens.size(), 2U);
  EXPECT_EQ(tokens[0].name, "web");
  EXPECT_EQ(tokens[0].scopes, (Scopes{Scope::read, Scope::write}));
  EXPECT_EQ(tokens[0].digest, digest_of("foo"));
  EXPECT_EQ(tokens[1].name, "ops");
  EXPECT_EQ(tokens[1].digest, digest_of("bar"));
}

TEST(Tokens, AnAdminReadsAndWritesAndIsNoServer) {
  const Scopes admin = Scopes::parse("admin").value();
  for (const Scopes may : {kForReaders, kForWriters, kForAdmins, kForAnyToken}) {
    EXPECT_TRUE(admin.has_any_of(may));
  }
  EXPECT_FALSE(admin.has_any_of(kForServers));
  EXPECT_EQ(to_text(admin), "admin");
  EXPECT_FALSE(Scopes::parse("write").value().has_any_of(kForReaders));
  EXPECT_EQ(to_text(Scopes::parse("write,read").value()), "read,write");
}

TEST(Tokens, OneNameMayHaveTwoWhileOneTakesThePlaceOfTheOther) {
  const auto tokens =
      parse_tokens("web read " + std::string(kFoo) + "\nweb read " + std::string(kBar) + "\n").value();
  EXPECT_EQ(find_token(tokens, digest_of("foo"))->name, "web");
  EXPECT_EQ(find_token(tokens, digest_of("bar"))->name, "web");
  EXPECT_EQ(find_token(tokens, digest_of("baz")), nullptr);
}

TEST(Tokens, AWrongLineIsNamedByItsNumber) {
  const std::string good = "web read " + std::string(kFoo) + "\n";
  const std::pair<std::string, const char*> cases[] = {
      {good + "\nweb read\n", "line 3: A line has three words"},
      {"web read " + std::string(kFoo) + " x\n", "line 1: A line has three words"},
      {"we:b read " + std::string(kFoo), "line 1: A token's name is"},
      {std::string(65, 'a') + " read " + kFoo, "line 1: A token's name is"},
      {"# a\nweb raed " + std::string(kFoo), "line 2: The scopes of a token are read, write and admin"},
      {"web read, " + std::string(kFoo), "line 1: The scopes"},
      {"web read,,write " + std::string(kFoo), "line 1: The scopes"},
      {"web cluster " + std::string(kFoo), "line 1: The scopes"},
      {"web READ " + std::string(kFoo), "line 1: The scopes"},
      {"web read tally_secret", "line 1: The third word is sha256:"},
      {"web read " + std::string(kFoo) + "0", "line 1: The third word is sha256:"},
      {"web read sha512:" + std::string(kFoo).substr(7), "line 1: The third word is sha256:"},
      {good + "other write " + std::string(kFoo), "line 2: This token stands in a line before"},
      {"# none\n", "it has no token"},
      {"", "it has no token"},
  };
  for (const auto& [text, expected] : cases) EXPECT_TRUE(refusal(text).starts_with(expected)) << text;
}

TEST(Tokens, AnErrorRepeatsNothingOfItsLine) {
  for (const char* line : {"tally_s3cret", "web tally_s3cret", "web read tally_s3cret",
                           "tally_s3cret! read x", "web tally_s3cret x", "a b c tally_s3cret"}) {
    EXPECT_EQ(refusal(line).find("s3cret"), std::string::npos) << line;
  }
  EXPECT_EQ(parse_cluster_secrets("s3cret").error().detail.find("s3cret"), std::string::npos);
}

TEST(Tokens, ALineReadsAsItWasWritten) {
  const std::string line =
      token_line("a.b_c-d@e", Scopes::parse("read,write").value(), digest_of("foo")).value();
  EXPECT_EQ(line, "a.b_c-d@e read,write " + std::string(kFoo) + "\n");
  EXPECT_EQ(parse_tokens(line).value().front().digest, digest_of("foo"));
  EXPECT_FALSE(token_line("a b", {Scope::read}, digest_of("foo")));
}

TEST(Tokens, ATokenIs256BitsThatAHeaderCanCarry) {
  std::array<unsigned char, 32> random{};
  random[0] = 0xab;
  random[31] = 0x01;
  const std::string token = token_of(random);
  EXPECT_EQ(token, "tally_ab" + std::string(60, '0') + "01");
  EXPECT_TRUE(is_secret(token));
  EXPECT_FALSE(is_secret(""));
  EXPECT_FALSE(is_secret("a b"));
  EXPECT_FALSE(is_secret("a\r\nX: y"));
  EXPECT_TRUE(is_secret(std::string(kMostSecretBytes, 'a')));
  EXPECT_FALSE(is_secret(std::string(kMostSecretBytes + 1, 'a')));
}

TEST(Tokens, AClustersSecretsAreLinesTheFirstOfThemIsSent) {
  const std::string one(43, 'a');
  const std::string two = std::string(42, 'b') + "=";
  EXPECT_EQ(parse_cluster_secrets("# new\n" + one + "\n" + two + "  # old\n").value(),
            (std::vector<std::string>{one, two}));
  EXPECT_TRUE(
      parse_cluster_secrets(one + "\n" + std::string(31, 'a')).error().detail.starts_with("line 2: "));
  EXPECT_TRUE(parse_cluster_secrets(one + " " + two).error().detail.starts_with("line 1: "));
  EXPECT_FALSE(parse_cluster_secrets("\n"));
}

TEST(Tokens, SecretsAreTheSameOrNot) {
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "ab"));
  EXPECT_TRUE(same_secret("", ""));
}

}  // namespace
}  // namespace tally
