#include "api/resp_parser.h"

#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fuzz/replay.h"
#include "tests/api/resp_transcript.h"

namespace tally {
namespace {

using State = RespParser::State;
using testing::ElementsAre;

std::string command(const std::vector<std::string>& arguments) {
  std::string text = "*" + std::to_string(arguments.size()) + "\r\n";
  for (const std::string& argument : arguments) {
    text += "$" + std::to_string(argument.size()) + "\r\n" + argument + "\r\n";
  }
  return text;
}

// What is left of `bytes` is not looked at.
std::vector<std::string> fed(RespParser& parser, std::string_view bytes) {
  EXPECT_EQ(parser.feed(bytes), State::complete);
  return {parser.arguments().begin(), parser.arguments().end()};
}

std::string refusal_of(const std::string& bytes) {
  RespParser parser;
  std::string_view rest = bytes;
  while (parser.feed(rest) == State::complete) {
  }
  const std::string refusal = parser.refusal();
  EXPECT_EQ(resp_transcript(cut_every(bytes, 1)), resp_transcript({bytes}));
  return refusal;
}

TEST(RespParser, TakesOneCommandAfterTheOther) {
  RespParser parser;
  const std::string two = command({"INCR", "page-views"}) + command({"GET", ""});
  std::string_view bytes = two;
  ASSERT_EQ(parser.feed(bytes), State::complete);
  EXPECT_THAT(parser.arguments(), ElementsAre("INCR", "page-views"));
  ASSERT_EQ(parser.feed(bytes), State::complete);
  EXPECT_THAT(parser.arguments(), ElementsAre("GET", ""));
  EXPECT_EQ(parser.feed(bytes), State::incomplete);
  EXPECT_TRUE(parser.idle());
}

TEST(RespParser, LeavesAWholeCommandWhereItIs) {
  RespParser parser;
  const std::string one = command({"INCR", "page-views"});
  std::string_view bytes = one;
  ASSERT_EQ(parser.feed(bytes), State::complete);
  EXPECT_EQ(parser.arguments()[1].data(), one.data() + one.find("page"));
}

TEST(RespParser, KeepsWhatOnlyBegan) {
  RespParser parser;
  const std::string one = command({"INCRBY", "page-views", "-17"});
  for (std::size_t cut = 1; cut < one.size(); ++cut) {
    std::string first = one.substr(0, cut);
    std::string_view bytes = first;
    ASSERT_EQ(parser.feed(bytes), State::incomplete);
    EXPECT_FALSE(parser.idle());
    first.assign(first.size(), '!');  // the caller reads into it again
    EXPECT_THAT(fed(parser, one.substr(cut)), ElementsAre("INCRBY", "page-views", "-17")) << cut;
    EXPECT_TRUE(parser.idle());
  }
}

TEST(RespParser, TakesAnyBytesAndAnyNumberOfArguments) {
  RespParser parser;
  const std::string binary("\0\r\n$1*\xff", 7);
  EXPECT_THAT(fed(parser, command({"ECHO", binary})), ElementsAre("ECHO", binary));
  const std::vector<std::string> many(10'001, "x");
  EXPECT_EQ(fed(parser, command(many)), many);
  EXPECT_THAT(fed(parser, command({"PING"})), ElementsAre("PING"));
}

TEST(RespParser, SkipsEmptyCommandsAndLines) {
  RespParser parser;
  EXPECT_THAT(fed(parser, "*0\r\n*-1\r\n\r\n\n \t\r\n*1\r\n$4\r\nPING\r\n"), ElementsAre("PING"));
}

TEST(RespParser, DoesNotLookAtTheByteBehindACarriageReturnAsRedisDoesNot) {
  RespParser parser;
  EXPECT_THAT(fed(parser, "*2\rx$4\rxPINGab$1\r\nycd"), ElementsAre("PING", "y"));
}

// ---- inline

TEST(RespParser, SplitsALineIntoWords) {
  RespParser parser;
  EXPECT_THAT(fed(parser, "INCRBY page-views 3\r\n"), ElementsAre("INCRBY", "page-views", "3"));
  EXPECT_THAT(fed(parser, "\v PING\n"), ElementsAre("PING"));
  EXPECT_THAT(fed(parser, "  GET \t x  \n"), ElementsAre("GET", "x"));
  EXPECT_THAT(fed(parser, "\"\" ''\n"), ElementsAre("", ""));
}

TEST(RespParser, UnderstandsQuotesAndEscapes) {
  RespParser parser;
  EXPECT_THAT(fed(parser, R"(a "b c" 'd e')"
                          "\n"),
              ElementsAre("a", "b c", "d e"));
  EXPECT_THAT(fed(parser, R"("\x41\n\r\t\b\a\q\"\\" '\'\n' c\n)"
                          "\n"),
              ElementsAre("A\n\r\t\b\aq\"\\", R"('\n)", R"(c\n)"));
  EXPECT_THAT(fed(parser, R"("\x4" "\xZZ" ab"c d")"
                          "\n"),
              ElementsAre("x4", "xZZ", "abc d"));
}

TEST(RespParser, RefusesQuotesThatDoNotClose) {
  for (const char* line : {R"("a)", R"('a)", R"("a"b)", R"('a'b)", R"(a"b c"d)", R"("a\")", R"("a\)"}) {
    EXPECT_EQ(refusal_of(std::string(line) + "\r\n"), "Protocol error: unbalanced quotes in request") << line;
  }
}

// ---- what is not the protocol

TEST(RespParser, RefusesWhatIsNotALength) {
  const std::string count = "Protocol error: invalid multibulk length";
  for (const char* bad : {"", "x", "1x", "+1", "01", "-0", " 1", "2147483648", "18446744073709551617",
                          "99999999999999999999999999"}) {
    EXPECT_EQ(refusal_of("*" + std::string(bad) + "\r\n"), count) << bad;
  }
  const std::string size = "Protocol error: invalid bulk length";
  for (const char* bad :
       {"", "x", "1x", "+1", "01", "-1", "536870913", "18446744073709551617", "99999999999999999999999999"}) {
    EXPECT_EQ(refusal_of("*1\r\n$" + std::string(bad) + "\r\nx\r\n"), size) << bad;
  }
}

TEST(RespParser, RefusesArgumentsThatAreNotBulks) {
  EXPECT_EQ(refusal_of("*1\r\nx\r\n"), "Protocol error: expected '$', got 'x'");
  EXPECT_EQ(refusal_of("*2\r\n$1\r\na\r\n:1\r\n"), "Protocol error: expected '$', got ':'");
  EXPECT_EQ(refusal_of("*1\r\n\r\n"), "Protocol error: expected '$', got ' '");
  EXPECT_EQ(refusal_of("*1\r\n\nx\r\n"), "Protocol error: expected '$', got ' '");
}

TEST(RespParser, RefusesLinesOfMoreThan64KiB) {
  const std::string just(RespParser::kMostLineBytes, '1');
  EXPECT_EQ(refusal_of(just + "\n"), "");
  EXPECT_EQ(refusal_of(just + "1\n"), "Protocol error: too big inline request");
  EXPECT_EQ(refusal_of(just + "1"), "Protocol error: too big inline request");
  const std::string less(RespParser::kMostLineBytes - 1, '1');
  EXPECT_EQ(refusal_of("*" + less + "\r\n"), "Protocol error: invalid multibulk length");
  EXPECT_EQ(refusal_of("*" + just), "Protocol error: too big mbulk count string");
  EXPECT_EQ(refusal_of("*1\r\n$" + less), "");
  EXPECT_EQ(refusal_of("*1\r\n$" + just), "Protocol error: too big bulk count string");
}

TEST(RespParser, StaysRefused) {
  RespParser parser;
  std::string_view bytes = "*x\r\n*1\r\n$4\r\nPING\r\n";
  EXPECT_EQ(parser.feed(bytes), State::refused);
  EXPECT_EQ(parser.feed(bytes), State::refused);
  bytes = {};
  EXPECT_EQ(parser.feed(bytes), State::refused);
  EXPECT_FALSE(parser.idle());
}

// ---- bounds

TEST(RespParser, ReadsACommandThatIsTooLargeToItsEndAndGoesOn) {
  const std::string ping = command({"PING"});
  for (const std::string& large :
       {command({"ECHO", std::string(97, 'x')}), command({"MGET", "1", "2", "3", "4"}),
        std::string("a b c d e\n"), command({std::string(60, 'x'), std::string(41, 'x')})}) {
    const std::string expected = "too large\n4:PING \n";
    EXPECT_EQ(resp_transcript({large + ping}, 100, 4), expected) << large;
    EXPECT_EQ(resp_transcript(cut_every(large + ping, 1), 100, 4), expected) << large;
  }
  EXPECT_EQ(resp_transcript({command({"ECHO", std::string(96, 'x')})}, 100, 4),
            "4:ECHO 96:" + std::string(96, 'x') + " \n");
}

TEST(RespParser, KeepsNoMoreThanHasArrivedWhateverAHeaderClaims) {
  RespParser parser;
  std::string_view bytes = "*10000\r\n$1000000\r\nx";
  EXPECT_EQ(parser.feed(bytes), State::incomplete);
  EXPECT_LT(parser.held_bytes(), 1000U);
}

TEST(RespParser, GivesBackWhatALargeCommandTook) {
  RespParser parser;
  const std::size_t usual = parser.held_bytes();
  const std::string large = command(std::vector<std::string>(2000, std::string(400, 'x')));
  const std::array pieces = {large.substr(0, 100'000), large.substr(100'000)};
  std::string_view bytes = pieces[0];
  EXPECT_EQ(parser.feed(bytes), State::incomplete);
  EXPECT_GT(parser.held_bytes(), 90'000U);
  bytes = pieces[1];
  EXPECT_EQ(parser.feed(bytes), State::complete);
  bytes = {};
  EXPECT_EQ(parser.feed(bytes), State::incomplete);
  EXPECT_LE(parser.held_bytes(), usual + 100);
}

TEST(RespParser, KeepsNothingOfWhatIsTooLarge) {
  RespParser parser;
  std::string large = "*2\r\n$4\r\nECHO\r\n$3000000\r\n";
  std::string_view bytes = large;
  EXPECT_EQ(parser.feed(bytes), State::incomplete);
  const std::string part(100'000, 'x');
  for (int i = 0; i < 30; ++i) {
    bytes = part;
    EXPECT_EQ(parser.feed(bytes), State::incomplete);
    EXPECT_LT(parser.held_bytes(), 1000U);
  }
  bytes = "\r\n";
  EXPECT_EQ(parser.feed(bytes), State::too_large);
}

// ---- looking ahead

TEST(RespParser, LooksAheadAtWholeCommandsWithoutTakingThem) {
  RespParser parser;
  RespBurst burst;
  const std::string first = command({"INCR", "page-views"});
  const std::string bytes = first + command({"PING"}) + "*2\r\n$3\r\nGET\r\n$1";
  for (int again = 0; again < 2; ++again) {
    parser.look_ahead(bytes, burst);
    ASSERT_EQ(burst.commands().size(), 2U);
    EXPECT_THAT(burst.commands()[0].arguments, ElementsAre("INCR", "page-views"));
    EXPECT_EQ(burst.commands()[0].bytes, first.size());
    EXPECT_THAT(burst.commands()[1].arguments, ElementsAre("PING"));
  }
  EXPECT_EQ(fed(parser, bytes), (std::vector<std::string>{"INCR", "page-views"}));
}

TEST(RespParser, LeavesToItsTurnWhatIsNotACommandAsClientsWriteThem) {
  RespParser parser(/*most_bytes=*/100);
  RespBurst burst;
  const std::string ping = command({"PING"});
  for (const std::string& other : {std::string("PING\r\n"), std::string("*0\r\n"), std::string("*x\r\n"),
                                   command({"ECHO", std::string(101, 'x')})}) {
    parser.look_ahead(other + ping, burst);
    EXPECT_THAT(burst.commands(), testing::IsEmpty()) << other;
    parser.look_ahead(ping + other + ping, burst);
    EXPECT_THAT(burst.commands(), testing::SizeIs(1)) << other;
  }
}

TEST(RespParser, LooksAheadAtNothingWhileACommandHasBegun) {
  RespParser parser;
  RespBurst burst;
  std::string_view begun = "*2\r\n$4\r\nECHO\r\n$14\r\n";
  EXPECT_EQ(parser.feed(begun), State::incomplete);
  parser.look_ahead(command({"PING"}), burst);
  EXPECT_THAT(burst.commands(), testing::IsEmpty()) << "it is what is to be echoed";
}

TEST(RespParser, LooksAheadNoFurtherThanThereIsRoom) {
  RespParser parser;
  RespBurst burst;
  std::string pings;
  for (std::size_t i = 0; i <= RespBurst::kMostCommands; ++i) pings += command({"PING"});
  parser.look_ahead(pings, burst);
  EXPECT_THAT(burst.commands(), testing::SizeIs(RespBurst::kMostCommands));
  const std::string most = command(std::vector<std::string>(RespBurst::kMostArguments, "x"));
  parser.look_ahead(most + most, burst);
  EXPECT_THAT(burst.commands(), testing::SizeIs(1));
  parser.look_ahead(command(std::vector<std::string>(RespBurst::kMostArguments + 1, "x")), burst);
  EXPECT_THAT(burst.commands(), testing::IsEmpty());
}

// ---- in any cut

std::string random_conversation(Random& random) {
  constexpr const char* kPieces[] = {"*",  "$",  "1",  "2",    "0",      "-1",           "\r\n",
                                     "\r", "\n", "\"", "'",    "\\",     "\\x41",        " ",
                                     "x",  "99", "\0", "PING", "*2\r\n", "$3\r\nabc\r\n"};
  std::string bytes;
  for (std::uint64_t left = 1 + random.below(12); left > 0; --left) {
    if (random.chance(40)) {
      std::vector<std::string> arguments(1 + random.below(5));
      for (std::string& argument : arguments) argument.assign(random.below(40), 'a');
      bytes += command(arguments);
    } else {
      bytes += kPieces[random.below(std::size(kPieces))];
    }
  }
  return bytes;
}

TEST(RespParser, SaysTheSameHoweverTheBytesAreCut) {
  Random random(7);
  for (int i = 0; i < 20'000; ++i) {
    const std::string bytes = random_conversation(random);
    const std::string whole = resp_transcript({bytes}, 60, 4);
    ASSERT_EQ(resp_transcript(cut_every(bytes, 1), 60, 4), whole) << bytes;
    ASSERT_EQ(resp_transcript(cut_at_random(bytes, random, 20), 60, 4), whole) << bytes;
    ASSERT_EQ(resp_transcript({bytes}, 60, 4, LookAhead::yes), whole) << bytes;
  }
}

TEST(RespCorpus, IsReadTheSameInEveryCut) { EXPECT_GE(replay_corpus(TALLY_RESP_CORPUS, 500), 8); }

}  // namespace
}  // namespace tally
