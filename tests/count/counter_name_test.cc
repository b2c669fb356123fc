#include "count/counter_name.h"

#include <string>

#include <gtest/gtest.h>

#include "base/random.h"

namespace tally {
namespace {

TEST(CounterName, IsOneTo255Bytes) {
  EXPECT_TRUE(check_counter_name("x"));
  EXPECT_TRUE(check_counter_name(std::string(255, 'x')));
  EXPECT_FALSE(check_counter_name(""));
  EXPECT_FALSE(check_counter_name(std::string(256, 'x')));
}

TEST(CounterName, TakesAnyTextThatPeopleWrite) {
  for (const char* name :
       {"page-views", "a/b/c", " ", "100%", "Zähler", "счётчик", "計数", "🧮", "\"quoted\"", "\\"}) {
    EXPECT_TRUE(check_counter_name(name)) << name;
  }
}

TEST(CounterName, HasNoControlCharacters) {
  for (int c = 0; c < 0x20; ++c)
    EXPECT_FALSE(check_counter_name(std::string("a") + static_cast<char>(c))) << c;
  EXPECT_FALSE(check_counter_name("\x7f"));
  EXPECT_FALSE(check_counter_name("\xc2\x80"));
  EXPECT_FALSE(check_counter_name("\xc2\x9f"));
  EXPECT_TRUE(check_counter_name("\xc2\xa0"));
}

TEST(CounterName, IsLookedAtInEveryPlace) {
  for (std::size_t size = 1; size <= 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char bad : {'\x00', '\x1f', '\x7f', '\x80', '\xff'}) {
        std::string name(size, '~');
        name[at] = bad;
        EXPECT_FALSE(check_counter_name(name)) << size << " " << at;
        name[at] = ' ';
        EXPECT_TRUE(check_counter_name(name)) << size << " " << at;
      }
    }
  }
}

TEST(CounterName, IsUtf8AsRfc3629HasIt) {
  // The first and the last character of each length.
  for (const char* good : {"\xc3\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                           "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(check_counter_name(good)) << good;
  }
  for (const char* bad :
       {"\x80", "\xbf", "\xc3", "\xc3x", "\xe2\x82", "\xe2\x82x", "\xf0\x9f\xa7", "\xff", "\xfe",  //
        "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",                                // overlong
        "\xed\xa0\x80", "\xed\xbf\xbf",                                     // surrogates
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80"}) {  // too large
    EXPECT_FALSE(check_counter_name(bad)) << bad;
  }
}

TEST(CounterName, SaysWhatIsWrong) {
  EXPECT_EQ(check_counter_name("").error().code, Errc::invalid);
  EXPECT_NE(check_counter_name("").error().detail.find("empty"), std::string::npos);
  EXPECT_NE(check_counter_name(std::string(256, 'x')).error().detail.find("too long"), std::string::npos);
  EXPECT_NE(check_counter_name("\xff").error().detail.find("not UTF-8"), std::string::npos);
  EXPECT_NE(check_counter_name("\n").error().detail.find("control"), std::string::npos);
}

// The twin writes characters instead of reading them.
std::string encoded(char32_t c) {
  const auto byte = [](char32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xc0 | c >> 6), byte(0x80 | (c & 0x3f))};
  if (c < 0x10000) return {byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 0x3f)), byte(0x80 | (c & 0x3f))};
  return {byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 0x3f)), byte(0x80 | (c >> 6 & 0x3f)),
          byte(0x80 | (c & 0x3f))};
}

TEST(CounterName, TakesEveryCharacterButControlsAndSurrogates) {
  for (char32_t c = 0; c <= 0x10ffff; ++c) {
    const bool control = c < 0x20 || (c >= 0x7f && c <= 0x9f);
    const bool surrogate = c >= 0xd800 && c <= 0xdfff;
    ASSERT_EQ(check_counter_name(encoded(c)).has_value(), !control && !surrogate)
        << static_cast<std::uint32_t>(c);
  }
}

TEST(CounterName, TakesNoByteSequenceThatIsNotAnEncodedCharacter) {
  Random random(1);
  for (int i = 0; i < 200'000; ++i) {
    std::string bytes;
    for (std::uint64_t length = 1 + random.below(4); bytes.size() < length;) {
      bytes.push_back(static_cast<char>(0x80 | random.below(0x80)));
    }
    if (!check_counter_name(bytes)) continue;
    // What was taken decodes, character by character, to what encodes back to the same bytes.
    std::string again;
    for (std::size_t at = 0; at < bytes.size();) {
      const auto lead = static_cast<unsigned char>(bytes[at]);
      const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
      char32_t c = lead & (0xffU >> (length + 1));
      for (std::size_t k = 1; k < length; ++k)
        c = c << 6 | (static_cast<unsigned char>(bytes[at + k]) & 0x3fU);
      again += encoded(c);
      at += length;
    }
    ASSERT_EQ(again, bytes);
  }
}

}  // namespace
}  // namespace tally
