// What is ours about the commands of the Redis protocol; what is Redis's is compared with it in
// resp_redis_test.cc.
#include "server/resp_commands.h"

#include <limits>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/resp_talk.h"

namespace tally {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

class RespCommandsTest : public testing::Test {
 protected:
  // A line that people would type.
  std::string say(const std::string& line) { return talk.say(line + "\r\n"); }

  void others_count(const char* name, Int128 value) {
    const ServerIndex other = talk.counting.servers().index(ServerId::parse("other").value());
    talk.counting.update(*talk.thread.find_or_insert(name), other, value);
  }

  RespTalk talk;
};

TEST_F(RespCommandsTest, AddAndSayWhatTheirReplyWaitsFor) {
  EXPECT_EQ(say("INCR hits"), ":1\r\n");
  const std::optional<Sequence> ticket = talk.last.ticket;
  ASSERT_TRUE(ticket);
  EXPECT_GE(talk.counting.seal().sequence, *ticket);
  EXPECT_EQ(say("DECRBY hits 5"), ":-4\r\n");
  EXPECT_GT(talk.last.ticket, ticket) << "after the seal";
  EXPECT_EQ(say("GET hits"), "$2\r\n-4\r\n");
  EXPECT_FALSE(talk.last.ticket) << "a read waits for nothing";
}

TEST_F(RespCommandsTest, OfABurstSeeWhatTheOnesBeforeThemDid) {
  say("INCR known");
  std::string burst;
  for (const char* name : {"new", "known", "new", "known"}) {
    for (const char* command : {"$3\r\nGET", "$4\r\nINCR", "$3\r\nGET"}) {
      burst += std::string("*2\r\n") + command + "\r\n$" + std::to_string(std::string(name).size()) + "\r\n" +
               name + "\r\n";
    }
  }
  EXPECT_EQ(talk.say(burst),
            "$-1\r\n:1\r\n$1\r\n1\r\n"
            "$1\r\n1\r\n:2\r\n$1\r\n2\r\n"
            "$1\r\n1\r\n:2\r\n$1\r\n2\r\n"
            "$1\r\n2\r\n:3\r\n$1\r\n3\r\n");
}

TEST_F(RespCommandsTest, OfABurstAreLookedUpUnderTheirOwnNames) {
  std::string first;
  std::string second;
  std::string replies;
  for (int i = 0; i < 100; ++i) {
    const std::string digits = std::to_string(100 + i);
    first += "*3\r\n$6\r\nINCRBY\r\n$3\r\n" + digits + "\r\n$3\r\n" + digits + "\r\n";
    second += "*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$3\r\n" + digits + "\r\n";
    replies += "+PONG\r\n$3\r\n" + std::to_string(2 * (100 + i)) + "\r\n";
  }
  talk.say(first);  // makes them
  talk.say(first);
  EXPECT_EQ(talk.say(second), replies);
}

TEST_F(RespCommandsTest, SeeWhatOtherServersCounted) {
  others_count("hits", 40);
  EXPECT_EQ(say("INCRBY hits 2"), ":42\r\n");
  others_count("zero", 0);
  EXPECT_EQ(say("MGET zero hits none"), "*3\r\n$1\r\n0\r\n$2\r\n42\r\n$-1\r\n");
}

TEST_F(RespCommandsTest, GiveAValueBeyond64BitsInAllItsDigitsAndRefuseToAddToIt) {
  others_count("hits", Int128{kMost} + 1);
  EXPECT_EQ(say("GET hits"), "$19\r\n9223372036854775808\r\n");
  EXPECT_EQ(say("INCR hits"), "-ERR increment or decrement would overflow\r\n");
  EXPECT_FALSE(talk.last.ticket);
  EXPECT_EQ(say("DECR hits"), ":9223372036854775807\r\n");
}

TEST_F(RespCommandsTest, DoNotTakeAnyNameToCount) {
  EXPECT_EQ(say(R"(INCR "a\nb")"),
            "-ERR The counter's name contains a control character: a name is 1 to 255 bytes of UTF-8 without "
            "control characters. Nothing was counted.\r\n");
  EXPECT_FALSE(talk.last.ticket);
  EXPECT_THAT(say("INCR \"\""), StartsWith("-ERR The counter's name is empty"));
  EXPECT_THAT(say("INCR " + std::string(256, 'x')), StartsWith("-ERR The counter's name is too long"));
  EXPECT_THAT(say(R"(INCR "\xff")"), StartsWith("-ERR The counter's name is not UTF-8"));
  EXPECT_EQ(say("DBSIZE"), ":0\r\n");
  EXPECT_EQ(say(R"(GET "a\nb")"), "$-1\r\n") << "to read it is to find nothing";
}

TEST_F(RespCommandsTest, CountNothingWhereTheServerTakesNoAdds) {
  say("INCR hits");
  talk.status.disk_full = true;
  EXPECT_THAT(say("INCR hits"), StartsWith("-ERR The disk is full: nothing was counted."));
  EXPECT_FALSE(talk.last.ticket);
  EXPECT_EQ(say("INCRBY hits x"), "-ERR value is not an integer or out of range\r\n");
  EXPECT_EQ(say("GET hits"), "$1\r\n1\r\n") << "reads go on";
  talk.status.disk_full = false;
  EXPECT_EQ(say("INCR hits"), ":2\r\n");
}

TEST_F(RespCommandsTest, ThatNeedCountersWaitUntilTheServerIsOpen) {
  talk.status.state = ServerState::starting;
  for (const char* line : {"INCR a", "GET a", "MGET a", "EXISTS a", "DBSIZE", "SCAN 0", "PING"}) {
    EXPECT_THAT(say(line), StartsWith("-LOADING This server is starting")) << line;
  }
  for (const char* line : {"HELLO", "CLIENT ID", "SELECT 0", "INFO", "COMMAND COUNT", "ECHO x", "QUIT"}) {
    EXPECT_THAT(say(line), testing::Not(StartsWith("-"))) << line;
  }
}

TEST_F(RespCommandsTest, MakeNoMoreCountersThanThereMayBe) {
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(talk.thread.add("name " + std::to_string(i), 1));
  EXPECT_THAT(say("INCR new"), StartsWith("-ERR There are 10000 counters"));
  EXPECT_EQ(say("INCR \"name 7\""), ":2\r\n");
}

TEST_F(RespCommandsTest, OfRedisThatMakeNoSenseHereSayWhy) {
  EXPECT_EQ(
      say("SET hits 5"),
      "-ERR SET is not served: many servers change a counter at once, so none of them can set it. Nothing "
      "was counted. Add the difference with INCRBY or DECRBY.\r\n");
  EXPECT_THAT(say("multi"), StartsWith("-ERR MULTI is not served: "));
  EXPECT_THAT(say("nonsense x"), StartsWith("-ERR unknown command 'nonsense'"));
}

TEST_F(RespCommandsTest, OfATransactionCountNothing) {
  say("INCR hits");
  EXPECT_THAT(say("MULTI"), StartsWith("-ERR MULTI is not served: "));
  const std::string refused =
      "-ERR this is behind a MULTI that was refused: nothing was counted. Send DISCARD to go on.\r\n";
  EXPECT_EQ(talk.say("INCR hits\r\nGET hits\r\nPING\r\n"), refused + refused + refused);
  EXPECT_EQ(say("EXEC"), "-EXECABORT Transaction discarded because of previous errors.\r\n");
  EXPECT_EQ(say("INCR hits"), ":2\r\n");
  EXPECT_THAT(say("exec"), StartsWith("-ERR EXEC is not served: "));
  say("multi");
  EXPECT_EQ(say("INCR hits"), refused);
  EXPECT_EQ(say("discard"), "+OK\r\n");
  EXPECT_EQ(say("INCR hits"), ":3\r\n");
}

TEST_F(RespCommandsTest, ThatAreTooLargeCountNothingAndTheConnectionGoesOn) {
  EXPECT_EQ(talk.say("*2\r\n$4\r\nINCR\r\n$1048576\r\n" + std::string(1 << 20, 'x') + "\r\nPING\r\n"),
            "-ERR the command is too large: nothing was counted. It may have at most 10,001 "
            "arguments, of 1 MiB together.\r\n+PONG\r\n");
  EXPECT_FALSE(talk.closed);
}

TEST_F(RespCommandsTest, CloseOnBrowsersWithoutAWord) {
  EXPECT_EQ(talk.say("POST /v1/counters/hits HTTP/1.1\r\nHost: x\r\n\r\nINCR hits\r\n"), "");
  EXPECT_TRUE(talk.closed);
}

TEST_F(RespCommandsTest, QuitBehindTheReply) {
  EXPECT_EQ(talk.say("QUIT\r\nINCR hits\r\n"), "+OK\r\n");
  EXPECT_TRUE(talk.closed);
  EXPECT_FALSE(talk.last.ticket);
}

// ---- SCAN

std::vector<std::string> bulks_of(const std::string& reply) {
  std::vector<std::string> bulks;
  for (std::size_t at = reply.find('$'); at != std::string::npos; at = reply.find('$', at)) {
    const auto size = std::stoul(reply.substr(at + 1));
    at = reply.find('\n', at) + 1;
    bulks.push_back(reply.substr(at, size));
    at += size;
  }
  return bulks;
}

TEST_F(RespCommandsTest, ScanComesByEveryCounterOnce) {
  std::set<std::string> names;
  for (int i = 0; i < 3000; ++i) {
    names.insert("name-" + std::to_string(i));
    say("INCR name-" + std::to_string(i));
  }
  for (const char* options : {"", " COUNT 1000", " count 999999999", " COUNT 7 TYPE string MATCH name-*"}) {
    std::vector<std::string> seen;
    std::string cursor = "0";
    do {
      std::vector<std::string> bulks = bulks_of(say("SCAN " + cursor + options));
      cursor = bulks[0];
      EXPECT_LE(bulks.size(), 1001U);
      seen.insert(seen.end(), bulks.begin() + 1, bulks.end());
    } while (cursor != "0");
    EXPECT_EQ(seen.size(), names.size());
    EXPECT_EQ(std::set(seen.begin(), seen.end()), names);
  }
}

TEST_F(RespCommandsTest, ScanTakesPatternsAndTypes) {
  for (const char* name : {"apple", "banana", "avocado"}) say(std::string("INCR ") + name);
  EXPECT_EQ(say("SCAN 0 MATCH a*"), "*2\r\n$1\r\n0\r\n*2\r\n$5\r\napple\r\n$7\r\navocado\r\n");
  EXPECT_EQ(say("SCAN 0 COUNT 2 MATCH a*"), "*2\r\n$1\r\n2\r\n*1\r\n$5\r\napple\r\n");
  EXPECT_EQ(say("SCAN 2 MATCH a*"), "*2\r\n$1\r\n0\r\n*1\r\n$7\r\navocado\r\n");
  EXPECT_EQ(say("SCAN 0 TYPE list"), "*2\r\n$1\r\n0\r\n*0\r\n");
  EXPECT_EQ(say("SCAN 18446744073709551615"), "*2\r\n$1\r\n0\r\n*0\r\n");
  EXPECT_THAT(say("SCAN 0 MATCH " + std::string(513, 'x')), StartsWith("-ERR the pattern is too long"));
}

// ---- connections

TEST_F(RespCommandsTest, ClientSaysWhatIsKnownOfIt) {
  say("CLIENT SETNAME dashboard");
  const std::string line =
      "id=1 addr=127.0.0.1:2 laddr=127.0.0.1:3 name=dashboard age=0 idle=0 flags=N db=0 sub=0 psub=0 ssub=0 "
      "multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem=0 events=r "
      "cmd=client|info user=default redir=-1 resp=2\n";
  EXPECT_EQ(say("CLIENT INFO"), "$" + std::to_string(line.size()) + "\r\n" + line + "\r\n");
  EXPECT_EQ(say("CLIENT LIST"), say("CLIENT INFO"));
  EXPECT_THAT(say("CLIENT HELP"), StartsWith("*15\r\n+CLIENT <subcommand> "));
  EXPECT_THAT(say("CLIENT REPLY OFF"), StartsWith("-ERR unknown subcommand 'REPLY'"));
}

TEST_F(RespCommandsTest, InfoIsInSections) {
  say("INCR a");
  const std::string all = bulks_of(say("INFO"))[0];
  for (const char* line : {"# Server\r\nredis_version:7.0.15\r\ntally_version:",
                           "\r\n\r\n# Clients\r\nconnected_clients:0\r\n", "loading:0\r\n", "\r\n# Stats\r\n",
                           "role:master\r\n", "\r\n# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n"}) {
    EXPECT_THAT(all, HasSubstr(line));
  }
  EXPECT_EQ(bulks_of(say("INFO everything"))[0], all);
  EXPECT_EQ(bulks_of(say("INFO KEYSPACE"))[0], "# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n");
  EXPECT_EQ(bulks_of(say("INFO nothing"))[0], "");
  say("HELLO 3");
  EXPECT_THAT(say("INFO keyspace"), StartsWith("=48\r\ntxt:# Keyspace"));
}

TEST_F(RespCommandsTest, CommandDescribesThemAll) {
  const std::string count = std::to_string(resp_commands().size());
  EXPECT_EQ(say("COMMAND COUNT"), ":" + count + "\r\n");
  EXPECT_THAT(say("COMMAND"), StartsWith("*" + count + "\r\n*10\r\n$4\r\nincr\r\n:2\r\n*3\r\n+write\r\n"));
  EXPECT_EQ(say("COMMAND INFO"), say("COMMAND"));
  EXPECT_THAT(say("COMMAND INFO get set"), EndsWith("*0\r\n*0\r\n*0\r\n$-1\r\n"));
  EXPECT_EQ(bulks_of(say("COMMAND LIST")).size(), resp_commands().size());
  EXPECT_EQ(
      say("COMMAND DOCS incr set"),
      "*2\r\n$4\r\nincr\r\n*6\r\n$7\r\nsummary\r\n$18\r\nAdd 1 to a counter\r\n$5\r\nsince\r\n$5\r\n1.0.0\r\n"
      "$5\r\ngroup\r\n$6\r\nstring\r\n");
}

}  // namespace
}  // namespace tally
