#include "api/resp_command.h"

#include <set>

#include <gtest/gtest.h>

#include "api/resp_integer.h"
#include "api/resp_refusal.h"
#include "api/text.h"

namespace tally {
namespace {

TEST(RespCommand, IsFoundByItsNameInAnyCase) {
  for (std::size_t i = 0; i < resp_commands().size(); ++i) {
    const std::string name(resp_commands()[i].name);
    const auto command = static_cast<RespCommand>(i);
    EXPECT_EQ(find_resp_command(name), command) << name;
    EXPECT_EQ(find_resp_command(in_capitals(name)), command) << name;
    EXPECT_EQ(facts_of(command).name, name);
  }
  EXPECT_EQ(find_resp_command("iNcRbY"), RespCommand::incrby);
}

TEST(RespCommand, IsNotFoundByAnythingElse) {
  for (const std::string name :
       {"", "i", "inc", "incr ", "incrb", "incrbyx", "incrbyfloat", "set", "\x09ncr", "*ncr", "hellohello"}) {
    EXPECT_FALSE(find_resp_command(name)) << name;
  }
  EXPECT_FALSE(find_resp_command(std::string("get\0", 4)));
  EXPECT_FALSE(find_resp_command(std::string("inc\x12", 4)));
  for (const RespCommandFacts& facts : resp_commands()) {
    for (std::size_t at = 0; at < facts.name.size(); ++at) {
      for (int c = 0; c < 256; ++c) {
        std::string name(facts.name);
        name[at] = static_cast<char>(c);
        const auto found = find_resp_command(name);
        EXPECT_TRUE(!found || equal_ignoring_case(facts_of(*found).name, name)) << name;
      }
    }
  }
}

TEST(RespCommand, ThatIsNotServedSaysWhyAndWhatToUse) {
  EXPECT_EQ(
      refusal_of_command("set"),
      "ERR SET is not served: many servers change a counter at once, so none of them can set it. Nothing was "
      "counted. Add the difference with INCRBY or DECRBY.");
  EXPECT_NE(refusal_of_command("MULTI").find("POST /v1/counters"), std::string::npos);
  EXPECT_EQ(refusal_of_command("nonsense"), "");
  for (const RespCommandFacts& facts : resp_commands()) EXPECT_EQ(refusal_of_command(facts.name), "");
}

TEST(RespCommand, ThatNobodyKnowsIsShownWithItsFirst128Bytes) {
  using Words = std::vector<std::string_view>;
  EXPECT_EQ(unknown_command(Words{"foo", "a", "b"}),
            "ERR unknown command 'foo', with args beginning with: 'a' 'b' ");
  EXPECT_EQ(unknown_command(Words{"foo"}), "ERR unknown command 'foo', with args beginning with: ");
  const std::string long_word(200, 'x');
  const std::string cut(128, 'x');
  EXPECT_EQ(unknown_command(Words{long_word, long_word, "b"}),
            "ERR unknown command '" + cut + "', with args beginning with: '" + cut + "' ");
}

TEST(RespInteger, IsWhatRedisWouldPrint) {
  EXPECT_EQ(parse_resp_integer("0"), 0);
  EXPECT_EQ(parse_resp_integer("-1"), -1);
  EXPECT_EQ(parse_resp_integer("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_resp_integer("-9223372036854775808"), INT64_MIN);
  for (const char* bad : {"", "-", "+1", "01", "-01", "-0", "1 ", " 1", "1.0", "1e3", "0x1",
                          "9223372036854775808", "-9223372036854775809"}) {
    EXPECT_FALSE(parse_resp_integer(bad)) << bad;
  }
}

}  // namespace
}  // namespace tally
