#include "api/resp_reply.h"

#include <functional>
#include <limits>

#include <gtest/gtest.h>

namespace tally {
namespace {

std::string in(RespVersion version, const std::function<void(RespReply)>& write) {
  std::string out;
  write(RespReply(out, version));
  return out;
}

// The same in both versions.
std::string written(const std::function<void(RespReply)>& write) {
  const std::string text = in(RespVersion::two, write);
  EXPECT_EQ(in(RespVersion::three, write), text);
  return text;
}

TEST(RespReply, IsWrittenAsTheProtocolSays) {
  EXPECT_EQ(written([](RespReply reply) { reply.ok(); }), "+OK\r\n");
  EXPECT_EQ(written([](RespReply reply) { reply.integer(std::numeric_limits<std::int64_t>::min()); }),
            ":-9223372036854775808\r\n");
  EXPECT_EQ(written([](RespReply reply) { reply.bulk(std::string_view("a\r\n")); }), "$3\r\na\r\n\r\n");
  EXPECT_EQ(written([](RespReply reply) { reply.bulk(std::string_view()); }), "$0\r\n\r\n");
  EXPECT_EQ(written([](RespReply reply) { reply.array(10'000); }), "*10000\r\n");
}

TEST(RespReply, DiffersBetweenTheVersions) {
  const auto nil = [](RespReply reply) { reply.nil(); };
  EXPECT_EQ(in(RespVersion::two, nil), "$-1\r\n");
  EXPECT_EQ(in(RespVersion::three, nil), "_\r\n");
  const auto map = [](RespReply reply) { reply.map(3); };
  EXPECT_EQ(in(RespVersion::two, map), "*6\r\n");
  EXPECT_EQ(in(RespVersion::three, map), "%3\r\n");
  const auto set = [](RespReply reply) { reply.set(3); };
  EXPECT_EQ(in(RespVersion::two, set), "*3\r\n");
  EXPECT_EQ(in(RespVersion::three, set), "~3\r\n");
  const auto text = [](RespReply reply) { reply.verbatim("a:1\r\n"); };
  EXPECT_EQ(in(RespVersion::two, text), "$5\r\na:1\r\n\r\n");
  EXPECT_EQ(in(RespVersion::three, text), "=9\r\ntxt:a:1\r\n\r\n");
}

TEST(RespReply, GivesValuesInAllTheirDigits) {
  const Int128 large = Int128{std::numeric_limits<std::int64_t>::max()} * 4;
  EXPECT_EQ(written([&](RespReply reply) { reply.bulk(large); }), "$20\r\n36893488147419103228\r\n");
}

TEST(RespReply, HasNoLineEndsInAnError) {
  EXPECT_EQ(written([](RespReply reply) { reply.error("ERR a\r\nb\n"); }), "-ERR a  b \r\n");
}

TEST(RespReply, NamesOurErrorsInRedissWords) {
  const auto error = [](Errc code) {
    std::string out;
    append_resp_error(out, {code, "What happened."});
    return out;
  };
  EXPECT_EQ(error(Errc::out_of_range), "-ERR increment or decrement would overflow\r\n");
  EXPECT_EQ(error(Errc::unavailable), "-LOADING What happened.\r\n");
  EXPECT_EQ(error(Errc::full), "-ERR What happened.\r\n");
  EXPECT_EQ(error(Errc::invalid), "-ERR What happened.\r\n");
  EXPECT_EQ(error(Errc::forbidden), "-ERR What happened.\r\n");
}

TEST(RespReply, SaysThatAnAddIsCountedAndWhatItHas) {
  std::string out;
  append_unconfirmed(out, {Ack::Holder::peers, 1});
  EXPECT_EQ(out,
            "-UNCONFIRMED counted, but what the reply waits for was not had in time: it has ack=peers:1. Do "
            "not send "
            "it again, that would count twice.\r\n");
}

}  // namespace
}  // namespace tally
