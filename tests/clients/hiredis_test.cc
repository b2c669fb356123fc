// hiredis: one command at a time, pipelined, and what it makes of either version of the protocol.
#include <gtest/gtest.h>

#include "tests/clients/hiredis_talk.h"
#include "tests/clients/servers.h"

namespace tally::e2e {
namespace {

class Hiredis : public testing::Test {
 protected:
  RespServer server_;
  HiredisTalk talk_{server_.port_number()};
};

TEST_F(Hiredis, HasOneAnswerForEachCommand) {
  const Reply one = talk_.say("INCR %s", "page views");
  ASSERT_TRUE(one) << talk_.error();
  EXPECT_EQ(one->type, REDIS_REPLY_INTEGER);
  EXPECT_EQ(one->integer, 1);
  EXPECT_EQ(talk_.say("DECRBY %s %lld", "page views", 43LL)->integer, -42);
  const Reply value = talk_.say("GET %s", "page views");
  EXPECT_EQ(value->type, REDIS_REPLY_STRING);
  EXPECT_EQ(text_of(value), "-42");
  EXPECT_EQ(talk_.say("GET none")->type, REDIS_REPLY_NIL);
  const Reply values = talk_.say("MGET %b none", "page views", std::size_t{10});
  ASSERT_EQ(values->type, REDIS_REPLY_ARRAY);
  ASSERT_EQ(values->elements, 2U);
  EXPECT_STREQ(values->element[0]->str, "-42");
  EXPECT_EQ(values->element[1]->type, REDIS_REPLY_NIL);
}

TEST_F(Hiredis, IsToldOfErrorsAndGoesOn) {
  const Reply refused = talk_.say("INCRBY a x");
  ASSERT_TRUE(refused) << talk_.error();
  EXPECT_EQ(refused->type, REDIS_REPLY_ERROR);
  EXPECT_EQ(text_of(refused), "ERR value is not an integer or out of range");
  EXPECT_EQ(text_of(talk_.say("SET a 1")).substr(0, 22), "ERR SET is not served:");
  EXPECT_EQ(talk_.say("INCR a")->integer, 1);
}

TEST_F(Hiredis, ReadsThePipelinedRepliesInOrder) {
  constexpr int kAdds = 10'000;
  for (int i = 0; i < kAdds; ++i) talk_.append("INCRBY hits:%d %d", i % 3, i % 5);
  talk_.append("FOO");
  talk_.append("MGET hits:0 hits:1 hits:2");
  long long expected[3] = {};
  for (int i = 0; i < kAdds; ++i) {
    const Reply reply = talk_.next();
    ASSERT_TRUE(reply) << talk_.error();
    ASSERT_EQ(reply->type, REDIS_REPLY_INTEGER);
    ASSERT_EQ(reply->integer, expected[i % 3] += i % 5);
  }
  EXPECT_EQ(talk_.next()->type, REDIS_REPLY_ERROR);
  const Reply values = talk_.next();
  ASSERT_TRUE(values) << talk_.error();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(values->element[i]->str, std::to_string(expected[i]));
}

TEST_F(Hiredis, ShakesHandsInTheVersionThatItSpeaks) {
  const Reply two = talk_.say("HELLO 2 SETNAME me");
  ASSERT_TRUE(two) << talk_.error();
  ASSERT_EQ(two->type, REDIS_REPLY_ARRAY);
  EXPECT_EQ(two->elements, 14U);
  EXPECT_STREQ(two->element[1]->str, "redis");
  EXPECT_EQ(text_of(talk_.say("CLIENT GETNAME")), "me");
}

// hiredis reads RESP3 from 1.0 on, and Debian 12 has 0.14. Either meets a map here, as it would from Redis.
TEST_F(Hiredis, MeetsAMapWhereItAsksForRespThree) {
  const Reply three = talk_.say("HELLO 3");
#if HIREDIS_MAJOR >= 1
  ASSERT_TRUE(three) << talk_.error();
  EXPECT_EQ(three->type, REDIS_REPLY_MAP);
  EXPECT_EQ(talk_.say("GET none")->type, REDIS_REPLY_NIL);
#else
  EXPECT_FALSE(three);
  EXPECT_NE(talk_.error().find("Protocol error, got \"%\""), std::string::npos) << talk_.error();
#endif
}

}  // namespace
}  // namespace tally::e2e
