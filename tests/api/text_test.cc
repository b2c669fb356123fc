#include "api/text.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "api/decimal.h"
#include "api/json_text.h"
#include "tests/api/random_text.h"

namespace tally {
namespace {

constexpr Int128 kTwo63 = static_cast<Int128>(1) << 63;

TEST(Quote, CutsLongInputBetweenTwoCharacters) {
  EXPECT_EQ(quote("a"), "'a'");
  EXPECT_EQ(quote(std::string(60, 'x')), "'" + std::string(60, 'x') + "'");
  EXPECT_EQ(quote(std::string(61, 'x')), "'" + std::string(60, 'x') + "...'");
  EXPECT_EQ(quote(std::string(59, 'x') + "éé"), "'" + std::string(59, 'x') + "...'");
  EXPECT_EQ(quote(std::string(100, '\x80')), "'...'");
}

TEST(Decimal, KeepsEveryDigit) {
  for (const Int128 value :
       {Int128{0}, Int128{-1}, kTwo63 - 1, -kTwo63, kTwo63, -kTwo63 - 1, kTwo63 * 1'000'000}) {
    std::string text;
    append_decimal(text, value);
    EXPECT_EQ(text, to_decimal(value));
    EXPECT_TRUE(parse_decimal(text) == value) << text;
  }
}

TEST(Decimal, IsASignAndDigitsAndNothingElse) {
  EXPECT_TRUE(parse_decimal("+3") == Int128{3});
  EXPECT_TRUE(parse_decimal("-0") == Int128{0});
  EXPECT_TRUE(parse_decimal(std::string(100, '0') + "12") == Int128{12});
  EXPECT_TRUE(parse_decimal(std::string(38, '9')));
  EXPECT_FALSE(parse_decimal(std::string(39, '1')));
  for (const char* bad :
       {"", "+", "-", "--1", "+-1", " 1", "1 ", "1.0", "1e3", "0x1", "1_000", "１", "NaN"}) {
    EXPECT_FALSE(parse_decimal(bad)) << bad;
  }
}

TEST(JsonString, ReadsBackAsWhatItWas) {
  std::string all_ascii;
  for (char c = 0; c < 127; ++c) all_ascii.push_back(c);
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const std::string text = i == 0 ? all_ascii : random_name(random);
    std::string json;
    append_json_string(json, text);
    EXPECT_EQ(boost::json::parse(json).as_string(), text);
  }
}

}  // namespace
}  // namespace tally
