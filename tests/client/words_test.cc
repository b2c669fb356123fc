#include "client/words.h"

#include <gtest/gtest.h>

namespace tally {
namespace {

using Words = std::vector<std::string>;

TEST(Words, AddTakesANameAndADelta) {
  EXPECT_EQ(std::get<AddCommand>(parse_command(Words{"add", "n"}).value()).delta, 1);
  EXPECT_EQ(std::get<AddCommand>(parse_command(Words{"add", "n", "-3"}).value()).delta, -3);
  EXPECT_EQ(std::get<AddCommand>(parse_command(Words{"add", "n", "-9223372036854775808"}).value()).delta,
            std::numeric_limits<std::int64_t>::min());
}

TEST(Words, WhatCannotBeMeantIsRefused) {
  for (const Words& words : {Words{},
                             {"add"},
                             {"add", "n", "1", "2"},
                             {"add", "n", "x"},
                             {"add", "n", ""},
                             {"add", "n", "1.5"},
                             {"add", "n", "9223372036854775808"},
                             {"add", ""},
                             {"add", "\n"},
                             {"add", std::string(256, 'x')},
                             {"get"},
                             {"get", "ok", ""},
                             {"servers", "a"},
                             {"set", "n", "1"}}) {
    const auto command = parse_command(words);
    ASSERT_FALSE(command) << ::testing::PrintToString(words);
    EXPECT_EQ(command.error().code, Errc::invalid);
    EXPECT_FALSE(command.error().detail.empty());
  }
}

TEST(Words, ALineComesApartAsInAShell) {
  const std::pair<const char*, Words> cases[] = {
      {"", {}},
      {"  \t ", {}},
      {"get x", {"get", "x"}},
      {" get\t x\r", {"get", "x"}},
      {"get \"page views\"", {"get", "page views"}},
      {"get 'it is \"so\"'", {"get", "it is \"so\""}},
      {"get page\\ views", {"get", "page views"}},
      {"get \"a\\\"b\"", {"get", "a\"b"}},
      {"get 'a\\b'", {"get", "a\\b"}},
      {"get a'b c'd", {"get", "ab cd"}},
      {"get \"\"", {"get", ""}},
      {"get \\", {"get", "\\"}},
  };
  for (const auto& [line, words] : cases) EXPECT_EQ(split_words(line).value(), words) << line;
  EXPECT_FALSE(split_words("get \"x"));
  EXPECT_FALSE(split_words("get it's"));
}

}  // namespace
}  // namespace tally
