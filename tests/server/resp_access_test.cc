// Tokens over the Redis protocol: what a client hears is what Redis says of passwords and users.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/edge/token_file.h"
#include "tests/server/real_redis.h"
#include "tests/server/resp_talk.h"

namespace tally {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kNoAuthLine = "-NOAUTH Authentication required.\r\n";
constexpr const char* kWrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";

std::string no_permission_line(const std::string& command) {
  return "-NOPERM this user has no permissions to run the '" + command + "' command\r\n";
}

class RespAccess : public testing::Test {
 protected:
  RespAccess() { tokens_.write(lines()); }

  static std::string lines() {
    return TokenFile::line("boss", "admin", "tally_all") + TokenFile::line("web", "read", "tally_web") +
           TokenFile::line("bot", "write", "tally_bot");
  }

  std::unique_ptr<Access> access() { return Access::open(tokens_.files()).value(); }

  TokenFile tokens_;
};

TEST_F(RespAccess, IsRedissByteForByte) {
  Redis redis(
      "requirepass tally_all\n"
      "user web on >tally_web ~* +@read +@connection\n"
      "user bot on >tally_bot ~* +incr +incrby +decr +decrby +@connection\n");
  for (const std::string line :
       {"INCR a\nGET a\nPING\nECHO x\nSELECT 0\nFOO\nINCR\nSET a b\nMULTI\nINCR a\nEXEC\nDISCARD\nQUIT\n",
        "DBSIZE\nSCAN 0\nMGET a\nEXISTS a\nDECR a\nINCRBY a 1\nDECRBY a 1\nCLIENT ID\nCOMMAND COUNT\nINFO\n",
        "AUTH\nAUTH x\nAUTH a b c\nAUTH default x\nAUTH web tally_all\nAUTH none tally_all\nINCR a\n",
        "AUTH tally_all\nINCR a\nAUTH x\nINCR a\nAUTH default tally_all\nGET a\nECHO x\nDBSIZE\n",
        "HELLO\nHELLO 3\nHELLO 4\nHELLO x\nHELLO 3 AUTH default\nHELLO 3 AUTH default x\nGET a\n",
        "HELLO 3 SETNAME me\nHELLO 2 SETNAME me AUTH default x\nHELLO 3 AUTH default x SETNAME\nAUTH "
        "tally_all\n"
        "CLIENT GETNAME\n",
        "HELLO 3 AUTH default tally_all FOO\nPING\nGET none\n", "HELLO 3 AUTH default tally_all\nGET none\n",
        "AUTH web tally_web\nGET a\nINCR a\nDECRBY a 1\nincrby a 1\nDECR a\nSCAN 0\nECHO "
        "x\nPING\nDBSIZE\nINCR\n",
        "HELLO 2 AUTH web tally_web\nHELLO 3 AUTH web bad\nGET a\nAUTH web tally_web\nINCR a\n",
        "AUTH bot tally_bot\nINCR a\nGET a\nMGET a b\nDBSIZE\nSCAN 0\nEXISTS a\nPING\nDECR a\nDECRBY a 1\n",
        "AUTH tally_all\nAUTH bot tally_bot\nGET a\nAUTH tally_all\nGET a\n"}) {
    redis.say(command({"AUTH", "tally_all"}) + command({"FLUSHALL"}));
    RespTalk talk(access());
    EXPECT_EQ(without_id(talk.say(line)), without_id(redis.say(line))) << line;
  }
}

TEST_F(RespAccess, CountsNothingForWhoeverMayNot) {
  RespTalk talk(access());
  EXPECT_EQ(talk.say("INCR a\nINCRBY a 5\n"), std::string(kNoAuthLine) + kNoAuthLine);
  EXPECT_EQ(talk.say("AUTH web tally_web\nINCR a\nINCRBY a 5\n"),
            "+OK\r\n" + no_permission_line("incr") + no_permission_line("incrby"));
  EXPECT_EQ(talk.say("AUTH tally_all\nINCR a\n"), "+OK\r\n:1\r\n");
}

TEST_F(RespAccess, LetsATokenInUnderItsOwnNameAndDefault) {
  for (const char* user : {"web", "default"}) {
    RespTalk talk(access());
    EXPECT_EQ(talk.say("AUTH " + std::string(user) + " tally_web\n"), "+OK\r\n");
    EXPECT_THAT(talk.say("CLIENT INFO\n"), HasSubstr(" user=web "));
  }
  RespTalk talk(access());
  EXPECT_EQ(talk.say("AUTH tally_web\n"), "+OK\r\n");
  EXPECT_EQ(talk.say("AUTH boss tally_web\n"), kWrong);
  EXPECT_EQ(talk.say("AUTH WEB tally_web\n"), kWrong);
}

TEST_F(RespAccess, ForgetsATokenOnOpenConnectionsOnceItIsTakenOut) {
  RespTalk talk(access());
  EXPECT_EQ(talk.say("AUTH tally_web\nGET a\n"), "+OK\r\n$-1\r\n");
  tokens_.write(TokenFile::line("web", "read", "tally_web2"));
  talk.access->look();
  EXPECT_EQ(talk.say("GET a\nHELLO\nAUTH tally_web\n").substr(0, 43), std::string(kNoAuthLine) + "-NOAUTH H");
  EXPECT_EQ(talk.say("AUTH tally_web2\nGET a\n"), "+OK\r\n$-1\r\n");
}

TEST_F(RespAccess, TakesATokenThatGrewOrShrankAtItsWord) {
  RespTalk talk(access());
  EXPECT_EQ(talk.say("AUTH tally_web\nINCR a\n"), "+OK\r\n" + no_permission_line("incr"));
  tokens_.write(TokenFile::line("web", "read,write", "tally_web"));
  talk.access->look();
  EXPECT_EQ(talk.say("INCR a\n"), ":1\r\n");
}

TEST_F(RespAccess, IsNotForTheSecretOfTheServers) {
  TokenFile cluster;
  const std::string secret(40, 's');
  cluster.write(secret);
  RespTalk talk(Access::open({.tokens = tokens_.path(), .cluster = cluster.path()}).value());
  EXPECT_EQ(talk.say("AUTH " + secret + "\n"), kWrong);
  RespTalk open(Access::open({.cluster = cluster.path()}).value());
  EXPECT_EQ(open.say("INCR a\nGET a\n"), ":1\r\n$1\r\n1\r\n") << "a cluster's secret asks nothing of clients";
}

TEST_F(RespAccess, RepeatsNoToken) {
  RespTalk talk(access());
  EXPECT_THAT(talk.say("AUTH tally_s3cret\nAUTH web tally_s3cret\nHELLO 3 AUTH default tally_s3cret\nHELLO 3 "
                       "AUTH default tally_s3cret x\n"),
              Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace tally
