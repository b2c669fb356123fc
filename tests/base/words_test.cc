#include <gtest/gtest.h>

#include "base/duration.h"
#include "base/ids.h"
#include "base/int128.h"
#include "base/random.h"

namespace tally {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(ServerId, TakesWhatFitsInAUrlAndRefusesTheRest) {
  EXPECT_EQ(ServerId::parse("eu-west_1.a")->text(), "eu-west_1.a");
  EXPECT_TRUE(ServerId::parse(std::string(64, 'x')));
  for (const char* bad : {"", "a b", "a/b", "ä", "a\n"}) EXPECT_FALSE(ServerId::parse(bad)) << bad;
  EXPECT_FALSE(ServerId::parse(std::string(65, 'x')));
}

TEST(StreamId, ReadsBackItsOwnText) {
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    const StreamId id{random(), random() >> (i % 64)};
    EXPECT_EQ(StreamId::parse(id.text()).value(), id);
  }
  EXPECT_EQ((StreamId{0, 1}.text()), "00000000000000000000000000000001");
}

TEST(StreamId, HasOneSpellingOnly) {
  EXPECT_FALSE(StreamId::parse("0000000000000000000000000000000A"));
  EXPECT_FALSE(StreamId::parse("1"));
  EXPECT_FALSE(StreamId::parse("-000000000000000000000000000000a"));
  EXPECT_FALSE(StreamId::parse("0x00000000000000000000000000000a"));
}

TEST(Int128, PrintsEveryDigitAtTheEdges) {
  const Int128 two63 = static_cast<Int128>(1) << 63;
  EXPECT_EQ(to_decimal(0), "0");
  EXPECT_EQ(to_decimal(two63), "9223372036854775808");
  EXPECT_EQ(to_decimal(-two63), "-9223372036854775808");
  EXPECT_EQ(to_decimal(two63 * two63), "85070591730234615865843651857942052864");
  EXPECT_TRUE(fits_int64(-two63));
  EXPECT_FALSE(fits_int64(two63));
}

TEST(Duration, IsAnIntegerWithAUnit) {
  EXPECT_EQ(parse_duration("250ms").value(), milliseconds(250));
  EXPECT_EQ(parse_duration("1s").value(), seconds(1));
  EXPECT_EQ(parse_duration("2m").value(), minutes(2));
  EXPECT_EQ(parse_duration("1440m").value(), minutes(1440));
  for (const char* bad : {"", "1", "s", "1.5s", "-1s", "+1s", "0s", " 1s", "1 s", "1h", "1us", "1441m", "1S",
                          "99999999999999999999s", "9223372036854775807m"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Duration, ReadsBackItsOwnText) {
  for (const char* text : {"1ms", "999ms", "1s", "1500ms", "59s", "1m", "61s", "90m"}) {
    EXPECT_EQ(to_text(parse_duration(text).value()), text);
  }
}

TEST(Duration, AnAgeIsNeverUnderstated) {
  EXPECT_EQ(to_ms_rounded_up(std::chrono::nanoseconds(1)), 1);
  EXPECT_EQ(to_ms_rounded_up(milliseconds(5)), 5);
}

TEST(Random, ASeedRepeatsExactly) {
  Random one(7);
  Random other(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one(), other());
  // The reference implementation's first output for seed 0.
  EXPECT_EQ(Random(0)(), 0xe220a8397b1dcdafU);
}

}  // namespace
}  // namespace tally
