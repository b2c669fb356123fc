// Where programs may listen, and what is said on a command line of who may do what.
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "program/exposure.h"
#include "program/options.h"
#include "tests/program/command_line.h"
#include "tests/store/temporary_folder.h"

namespace tally {
namespace {

using testing::HasSubstr;
using testing::Not;

ClientOptions client(const std::vector<std::string>& arguments, const Variables& variables = {}) {
  return std::get<AskOptions>(parse(arguments, variables).value()).client;
}

TEST(Exposure, KnowsLoopbackInEachOfItsForms) {
  for (const char* host : {"127.0.0.1", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1",
                           "::ffff:7f00:1", "localhost", "localhost."}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const char* host :
       {"0.0.0.0", "::", "::ffff:0.0.0.0", "10.0.0.1", "128.0.0.1", "::2", "fe80::1", "::ffff:10.0.0.1",
        "::127.0.0.1", "localhost.example.com", "127.0.0.1.example.com", "127.1", "counter", ""}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

TEST(Exposure, BeyondLoopbackTakesBothTokensAndTlsOrSomebodysWord) {
  const Exposure::Place inside{"--listen", {"127.0.0.1", 1}};
  const Exposure::Place outside{"--resp", {"10.0.0.1", 2}};
  for (const bool tokens : {false, true}) {
    for (const bool tls : {false, true}) {
      for (const bool insecure : {false, true}) {
        EXPECT_TRUE(check_exposure({{inside}, tokens, tls, insecure}));
        const auto checked = check_exposure({{inside, outside}, tokens, tls, insecure});
        EXPECT_EQ(checked.has_value(), insecure || (tokens && tls));
        if (checked) continue;
        EXPECT_THAT(checked.error().detail, HasSubstr("--resp 10.0.0.1:2"));
        EXPECT_THAT(checked.error().detail, HasSubstr("--insecure"));
        EXPECT_EQ(checked.error().detail.find("--tokens") != std::string::npos, !tokens);
        EXPECT_EQ(checked.error().detail.find("TLS") != std::string::npos, !tls);
      }
    }
  }
}

TEST(AccessOptions, ALineBeyondLoopbackIsRefusedUnlessInsecure) {
  const std::vector<std::string> server{"server", "--id", "a", "--advertise", "http://x"};
  for (const std::string where :
       {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "somewhere:1", "[::ffff:10.0.0.1]:1"}) {
    for (const char* option : {"--listen", "--resp"}) {
      auto arguments = server;
      arguments.insert(arguments.end(), {option, where});
      EXPECT_THAT(refusal(arguments), HasSubstr(std::string(option) + " " + where));
      arguments.push_back("--insecure");
      EXPECT_TRUE(parse(arguments)) << where;
    }
    EXPECT_THAT(refusal({"balancer", "--listen", where}), HasSubstr("--insecure"));
    EXPECT_TRUE(parse({"balancer", "--listen", where}, {{"TALLY_INSECURE", "true"}}));
  }
  for (const std::string where : {"127.0.0.1:1", "[::1]:1", "localhost:1", "[::ffff:127.0.0.1]:1"}) {
    EXPECT_TRUE(parse({"balancer", "--listen", where})) << where;
  }
  EXPECT_THAT(refusal({"balancer", "--listen", "10.0.0.1:1", "--tokens", "t", "--cluster-token-file", "c"}),
              HasSubstr("TLS"))
      << "tokens alone would travel for all to read";
  EXPECT_TRUE(parse({"--insecure", "up"}));
}

TEST(AccessOptions, TokensWantTheSecretOfTheServersWhereThereAreOthers) {
  const auto server = std::get<ServerOptions>(parse({"server", "--id", "a", "--tokens", "t"}).value());
  EXPECT_EQ(server.access, (AccessFiles{.tokens = "t"}));
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"server", "--id", "a", "--balancer", "http://x", "--tokens", "t"},
           {"balancer", "--tokens", "t"}}) {
    EXPECT_THAT(refusal(arguments), HasSubstr("--cluster-token-file"));
    auto whole = arguments;
    whole.insert(whole.end(), {"--cluster-token-file", "c"});
    EXPECT_TRUE(parse(whole));
  }
  const auto balancer = std::get<BalancerOptions>(
      parse({"balancer"}, {{"TALLY_TOKENS", "t"}, {"TALLY_CLUSTER_TOKEN_FILE", "c"}}).value());
  EXPECT_EQ(balancer.access, (AccessFiles{"t", "c"}));
}

class TokenOptions : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text, mode_t mode = 0600) {
    const std::string path = (folder_.path() / name).string();
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
    return path;
  }

  TemporaryFolder folder_;
};

TEST_F(TokenOptions, AClientsTokenComesFromAFileOrAVariable) {
  const std::string one = file("one", "tally_1\n");
  const std::string two = file("two", " tally_2");
  EXPECT_EQ(client({"get", "n"}).token, "");
  EXPECT_EQ(client({"get", "n", "--token-file", one}).token, "tally_1");
  EXPECT_EQ(client({"get", "n"}, {{"TALLY_TOKEN_FILE", two}}).token, "tally_2");
  EXPECT_EQ(client({"get", "n"}, {{"TALLY_TOKEN", "tally_3"}}).token, "tally_3");
  EXPECT_EQ(client({"get", "n", "--token-file", one}, {{"TALLY_TOKEN", "tally_3"}}).token, "tally_1");
  EXPECT_EQ(client({"get", "n"}, {{"TALLY_TOKEN", "tally_3"}, {"TALLY_TOKEN_FILE", "/nowhere"}}).token,
            "tally_3");
  const std::string options = file("options", "token-file = \"" + two + "\"\n");
  EXPECT_EQ(client({"get", "n", "--config", options}).token, "tally_2");
  EXPECT_EQ(client({"get", "n", "--config", options}, {{"TALLY_TOKEN", "tally_3"}}).token, "tally_3");
}

TEST_F(TokenOptions, ATokenIsNotTakenFromTheCommandLineAndNotRepeated) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"get", "n", "--token", "tally_s3cret"},
                                                                     {"get", "n", "--token=tally_s3cret"},
                                                                     {"--token", "tally_s3cret", "add", "n"},
                                                                     {"server", "--token=tally_s3cret"}}) {
    EXPECT_THAT(refusal(arguments), HasSubstr("--token-file"));
    EXPECT_THAT(refusal(arguments), Not(HasSubstr("s3cret")));
  }
  EXPECT_EQ(std::get<AddCommand>(std::get<AskOptions>(parse({"add", "--", "--token"}).value()).command).name,
            "--token");
  const std::string options = file("options", "token = \"tally_s3cret\"\n");
  EXPECT_THAT(refusal({"get", "n", "--config", options}), HasSubstr("unknown key 'token'"));
}

TEST_F(TokenOptions, WhatIsNoTokenIsRefusedAndNotRepeated) {
  for (const std::string text : {"two s3cret words", "s3cret\r\nHost: x", "", "s3cret\xc3\xa9"}) {
    const std::string path = file("token", text);
    EXPECT_THAT(refusal({"get", "n", "--token-file", path}), HasSubstr("--token-file: ")) << text;
    EXPECT_THAT(refusal({"get", "n", "--token-file", path}), Not(HasSubstr("s3cret")));
    if (text.empty()) continue;
    EXPECT_THAT(refusal({"get", "n"}, {{"TALLY_TOKEN", text}}), HasSubstr("TALLY_TOKEN: "));
    EXPECT_THAT(refusal({"get", "n"}, {{"TALLY_TOKEN", text}}), Not(HasSubstr("s3cret")));
  }
  EXPECT_THAT(refusal({"get", "n", "--token-file", "/nowhere"}), HasSubstr("/nowhere cannot be read"));
  EXPECT_THAT(refusal({"get", "n", "--token-file", file("loose", "tally_1", 0666)}), HasSubstr("chmod go-w"));
}

TEST_F(TokenOptions, ANewTokenHasANameAScopeAndAFile) {
  const auto made =
      std::get<NewTokenOptions>(parse({"token", "web", "--scope", "read,write", "--tokens", "t"}).value());
  EXPECT_EQ(made.name, "web");
  EXPECT_EQ(made.scopes, (Scopes{Scope::read, Scope::write}));
  EXPECT_EQ(made.file, "t");
  EXPECT_THAT(refusal({"token", "--scope", "read", "--tokens", "t"}), HasSubstr("NAME"));
  EXPECT_THAT(refusal({"token", "a", "b", "--scope", "read", "--tokens", "t"}), HasSubstr("NAME"));
  EXPECT_THAT(refusal({"token", "a b", "--scope", "read", "--tokens", "t"}), HasSubstr("token's name"));
  EXPECT_THAT(refusal({"token", "a", "--tokens", "t"}), HasSubstr("--scope"));
  EXPECT_THAT(refusal({"token", "a", "--scope", "cluster", "--tokens", "t"}),
              HasSubstr("read, write and admin"));
  EXPECT_THAT(refusal({"token", "a", "--scope", "read"}), HasSubstr("--tokens"));
}

}  // namespace
}  // namespace tally
