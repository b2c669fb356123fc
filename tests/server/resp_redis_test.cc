// The same bytes said to a real redis-server and to us: what comes back must be the same, byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/resp_refusal.h"
#include "base/random.h"
#include "tests/server/real_redis.h"
#include "tests/server/resp_talk.h"

namespace tally {
namespace {

class BesideRedis : public testing::Test {
 protected:
  static void SetUpTestSuite() { redis = std::make_unique<Redis>(); }
  static void TearDownTestSuite() { redis.reset(); }

  // Whether it goes on behind shows, too.
  static void compare(const std::string& conversation) {
    const std::string bytes = conversation + command({"PING", "next"});
    redis->say(command({"FLUSHALL"}));
    const std::string expected = without_id(redis->say(bytes));
    RespTalk whole;
    EXPECT_EQ(without_id(whole.say(bytes)), expected) << conversation.substr(0, 1000);
    RespTalk cut;
    std::string out;
    for (const char c : bytes) out += cut.say({&c, 1});
    EXPECT_EQ(without_id(out), expected) << "byte by byte: " << conversation.substr(0, 1000);
  }

  static inline std::unique_ptr<Redis> redis;
};

TEST_F(BesideRedis, CountersAreTheSame) {
  for (
      const char* line : {
          "INCR a\nINCR a\nINCRBY a 40\nDECR a\nDECRBY a 50\nGET a\nGET b\nINCRBY b 0\nGET b\nMGET a b c a\n",
          "EXISTS a\nINCR a\nEXISTS a a b\nDBSIZE\nINCR b\nDBSIZE\n",
          "INCRBY a 9223372036854775807\nINCR a\nINCRBY a 1\nDECR a\nINCRBY a -9223372036854775807\n",
          "DECRBY a 9223372036854775807\nDECR a\nDECR a\nDECRBY a 1\nINCRBY a -1\nGET a\n",
          "INCRBY a -9223372036854775808\nDECR a\nDECRBY a -9223372036854775808\nGET a\n",
          "INCRBY a x\nINCRBY a \"\"\nINCRBY a 1.0\nINCRBY a +1\nINCRBY a 01\nINCRBY a \" 1\"\nINCRBY a -0\n",
          "INCRBY a 9223372036854775808\nINCRBY a -9223372036854775809\nDECRBY a x\nGET a\n",
          "incr a\niNcR a\nGeT a\n",
          "INCR\nINCR a b\nINCRBY a\nINCRBY a 1 2\nDECR\nDECRBY a\nGET\nGET a b\nMGET\nEXISTS\nDBSIZE x\n",
          "INCR \"with blank\"\nGET \"with blank\"\nINCR \"\\xc3\\xa9\"\nGET \xc3\xa9\n",
      }) {
    compare(line);
  }
}

TEST_F(BesideRedis, ScansAreTheSameWhereOneCallSeesAll) {
  for (const char* line : {
           "SCAN 0\nINCR a\nSCAN 0\nSCAN 0 MATCH b\nSCAN 0 MATCH a* COUNT 100 TYPE string\nscan 0 match "
           "[a-b]\n",
           "SCAN\nSCAN x\nSCAN \" 0\"\nSCAN 0x\nSCAN 18446744073709551616\nSCAN 00\n",
           "SCAN 0 COUNT\nSCAN 0 COUNT 0\nSCAN 0 COUNT -1\nSCAN 0 COUNT x\nSCAN 0 FOO x\nSCAN 0 MATCH\nSCAN "
           "0 x\n",
           "INCR a\nSCAN 0 TYPE list\nSCAN 0 TYPE String\nSCAN 0 COUNT 5 COUNT 7\n",
       }) {
    compare(line);
  }
}

TEST_F(BesideRedis, ConnectionsAreTheSame) {
  for (const char* line : {
           "PING\nPING x\nPING x y\nECHO x\nECHO\nECHO x y\n",
           "HELLO\nHELLO 3\nHELLO\nGET none\nMGET none none\nHELLO 2\nGET none\n",
           "HELLO 1\nHELLO 4\nHELLO x\nHELLO 99999999999999999999\nHELLO -1\nHELLO \"\"\n",
           "HELLO 3 foo\nHELLO 3 AUTH a\nHELLO 3 AUTH u p\nHELLO 3 SETNAME\nHELLO 3 SETNAME \"a b\"\nGET "
           "none\n",
           "HELLO 3 AUTH default p SETNAME me\nCLIENT GETNAME\nHELLO 2 setname you\nCLIENT GETNAME\n",
           "HELLO 3 SETNAME me AUTH u p\nCLIENT GETNAME\nHELLO 3 \"fo\\r\\no\"\n",
           "AUTH\nAUTH x\nAUTH default x\nAUTH u x\nAUTH a b c\n",
           "SELECT\nSELECT 0\nSELECT x\nSELECT -1\nSELECT 16\nSELECT 1000\nSELECT 99999999999\nSELECT 0 0\n",
           "CLIENT\nCLIENT GETNAME\nCLIENT SETNAME me\nCLIENT GETNAME\nCLIENT SETNAME \"\"\nclient getname\n",
           "CLIENT SETNAME \"a b\"\nCLIENT SETNAME \"a\\nb\"\nCLIENT SETNAME\nCLIENT SETNAME a b\nCLIENT ID "
           "x\n",
           "CLIENT foo\nCLIENT \"f\\r\\noo\"\nCLIENT SETINFO lib-name redis-py\nHELLO 3\nCLIENT GETNAME\n",
           "CLIENT NO-EVICT on\nCLIENT NO-EVICT OFF\nCLIENT NO-EVICT x\nCLIENT NO-EVICT\nCLIENT INFO x\n",
           "COMMAND foo\nCOMMAND COUNT x\nCOMMAND LIST x\nCOMMAND INFO none\nCOMMAND DOCS none\nHELLO 3\n",
           "HELLO 3\nCOMMAND INFO none\nCOMMAND DOCS none\nINFO nothing\n",
           "INFO nothing\nQUIT x\n",
           "QUIT\n",
           "POST /\nINCR a\n",
           "host: x\nINCR a\n",
       }) {
    compare(line);
  }
}

TEST_F(BesideRedis, UnknownCommandsAreTheSame) {
  const std::string x100(100, 'x');
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"foo"},
           {"foo", "a", "b"},
           {""},
           {"foo", "", ""},
           {"fo\r\no", "a\r\nb", std::string("c\0d", 3)},
           {x100 + x100, x100, x100, x100},
           {"foo", std::string(127, 'x'), "b"},
           {"foo", std::string(128, 'x'), "b"},
           {"foo", std::string(129, 'x'), "b"},
           {"foo", std::string(124, 'x'), "b", "c"},
           {"foo", std::string(125, 'x'), "b"},
           {"foo", std::string(126, 'x'), "b"},
           {"client", x100 + x100},
           {"command", std::string("a\0b", 3)},
       }) {
    compare(command(arguments));
  }
}

TEST_F(BesideRedis, ProtocolErrorsAreTheSame) {
  const std::string large(200'000, '1');
  for (const std::string& bytes : std::vector<std::string>{
           "*1\r\nx\r\n",
           "*2\r\n$1\r\na\r\n:1\r\n",
           "*1\r\n\r\n",
           "*1\r\n\nxx\r\n",
           "*x\r\n",
           "*\r\n",
           "*01\r\n",
           "*+1\r\n",
           "*2147483648\r\n",
           "*99999999999999999999999999\r\n",
           "*1\r\n$\r\n",
           "*1\r\n$-1\r\n",
           "*1\r\n$01\r\n",
           "*1\r\n$x\r\n",
           "*1\r\n$536870913\r\n",
           "*1\r\n$99999999999999999999999999\r\n",
           large,
           "*" + large,
           "*1\r\n$" + large,
           "PING \"x\r\n",
           "PING 'x\r\n",
           "PING \"x\"y\r\n",
           "PING x\"y\"z\r\n",
           "PING\r\n*1\r\nx\r\nPING\r\n",
       }) {
    compare(bytes);
  }
}

TEST_F(BesideRedis, WhatIsOddIsTakenTheSame) {
  for (const std::string& bytes : std::vector<std::string>{
           "*0\r\n*-1\r\n*-5\r\n\r\n\n  \t\r\n",
           "*1\rx$4\rxPINGab",
           "*1\r\n$4\r\nPINGxx*2\r\n$4\r\nPING\r\n$1\r\naxx",
           "PING \"\\x41\\n\\r\\t\\b\\a\\q\\\"\\xZZ\"\r\n",
           "PING '\\n\\''\r\n",
           "PING a\\x41\r\n",
           "\v\fPING\v\r\n",
           "PING a\vb\r\n",
           "PING a\"b c\"\r\n",
           "PING a\r\r\n",
           "\"PING\" \"\"\n",
           "*2147483647\r\n",
           "*1\r\n$536870912\r\n",
           command({"PING", std::string("\0\r\n$", 4)}),
           command({"PING", std::string(200'000, 'x')}),
           "PING " + std::string(60'000, 'x') + "\n",
       }) {
    compare(bytes);
  }
}

TEST_F(BesideRedis, LongRandomConversationsAreTheSame) {
  constexpr const char* kNames[] = {"a", "b", "page views", "\xc3\xa9", "-1"};
  constexpr const char* kNumbers[] = {
      "0", "1", "-1", "1000", "x", "9223372036854775807", "-9223372036854775808", ""};
  Random random(11);
  for (int i = 0; i < 20; ++i) {
    std::string conversation;
    for (int n = 0; n < 300; ++n) {
      const std::string name = kNames[random.below(std::size(kNames))];
      const std::string number = kNumbers[random.below(std::size(kNumbers))];
      const std::vector<std::string> choices[] = {{"INCR", name},
                                                  {"DECR", name},
                                                  {"INCRBY", name, number},
                                                  {"DECRBY", name, number},
                                                  {"GET", name},
                                                  {"MGET", name, number},
                                                  {"EXISTS", name},
                                                  {"DBSIZE"},
                                                  {"PING", name},
                                                  {"foo", name},
                                                  {"INCR"},
                                                  {"SELECT", "0"},
                                                  {"HELLO", number}};
      conversation += command(choices[random.below(std::size(choices))]);
    }
    compare(conversation);
  }
}

TEST_F(BesideRedis, EveryCommandThatItHasIsServedOrRefusedWithAReason) {
  const std::string list = redis->say(command({"COMMAND", "LIST"}));
  int names = 0;
  for (std::size_t at = 0; (at = list.find('$', at)) != std::string::npos;) {
    at = list.find('\n', at) + 1;
    const std::string name = list.substr(at, list.find('\r', at) - at);
    if (name.find('|') != std::string::npos) continue;  // a subcommand
    EXPECT_NE(find_resp_command(name).has_value(), !refusal_of_command(name).empty()) << name;
    ++names;
  }
  EXPECT_GT(names, 200);
}

TEST_F(BesideRedis, CommandsHaveTheSameForm) {
  for (const RespCommandFacts& facts : resp_commands()) {
    const std::string ask = command({"COMMAND", "INFO", std::string(facts.name)});
    RespTalk talk;
    // Name and arity: flags that we do not have follow.
    const std::string expected = redis->say(ask);
    const auto end = [](const std::string& text) { return text.find("\r\n", text.find("\r\n:") + 3); };
    EXPECT_EQ(talk.say(ask).substr(0, end(expected)), expected.substr(0, end(expected)));
  }
}

}  // namespace
}  // namespace tally
