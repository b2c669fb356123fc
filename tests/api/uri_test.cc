#include "api/uri.h"

#include <gtest/gtest.h>

#include "tests/api/random_text.h"

namespace tally {
namespace {

TEST(Target, IsSplitAtItsFirstQuestionMark) {
  struct Case {
    std::string_view target, path, query;
  };
  for (const Case& c :
       {Case{"/v1/counters/a?ack=disk", "/v1/counters/a", "ack=disk"}, Case{"/a", "/a", ""},
        Case{"/a?", "/a", ""}, Case{"/a?b?c", "/a", "b?c"}, Case{"/a%3Fb", "/a%3Fb", ""},
        Case{"http://host:7071/a?b", "/a", "b"}, Case{"http://host", "/", ""}, Case{"http://host?q", "", "q"},
        Case{"*", "*", ""}, Case{"", "", ""}, Case{"/a?u=http://b", "/a", "u=http://b"}}) {
    const Target split = split_target(c.target);
    EXPECT_EQ(split.path, c.path) << c.target;
    EXPECT_EQ(split.query, c.query) << c.target;
  }
}

TEST(Target, KeepsPathAndQueryByteForByteForARedirect) {
  for (const char* target : {"/v1/counters/a%2Fb%zz?ack=disk&x=+", "/a?", "/?", "//a"}) {
    EXPECT_EQ(origin_form(target), target);
    EXPECT_EQ(origin_form("http://host:7070" + std::string(target)), target);
  }
}

TEST(PercentDecoding, HappensOnce) {
  std::string scratch;
  EXPECT_EQ(percent_decode("a%2Fb%2fc", scratch).value(), "a/b/c");
  EXPECT_EQ(percent_decode("%2541", scratch).value(), "%41");
  EXPECT_EQ(percent_decode("%C3%A9%00", scratch).value(), std::string_view("é\0", 3));
  EXPECT_EQ(percent_decode("a+b", scratch).value(), "a+b");
}

TEST(PercentDecoding, LeavesPlainTextWhereItLies) {
  std::string scratch;
  const std::string_view text = "page-views/é";
  EXPECT_EQ(percent_decode(text, scratch).value().data(), text.data());
}

TEST(PercentDecoding, RefusesAPercentSignThatEncodesNothing) {
  std::string scratch;
  for (const char* bad : {"%", "a%", "%4", "%4g", "%g4", "%%41", "% 41", "%-1", "100%"}) {
    const auto decoded = percent_decode(bad, scratch);
    ASSERT_FALSE(decoded) << bad;
    EXPECT_EQ(decoded.error().code, Errc::malformed);
  }
}

TEST(PercentEncoding, IsUndoneByDecodingForAllBytes) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const std::string bytes = random_bytes(random, 40);
    std::string encoded;
    append_percent_encoded(encoded, bytes);
    EXPECT_EQ(encoded.find_first_of("/?&=+# \""), std::string::npos);
    std::string scratch;
    EXPECT_EQ(percent_decode(encoded, scratch).value(), bytes);
    const auto parameter = find_parameter("x=1&p=" + encoded + "&y", "p");
    EXPECT_EQ(parameter.value().value(), bytes);
  }
}

TEST(Parameter, IsDecodedLikeAnHtmlForm) {
  EXPECT_EQ(find_parameter("prefix=a+b%2Bc", "prefix").value(), "a b+c");
  EXPECT_EQ(find_parameter("%70refix=a=b", "prefix").value(), "a=b");
  EXPECT_EQ(find_parameter("&&prefix&", "prefix").value(), "");
  EXPECT_EQ(find_parameter("prefixes=1&PREFIX=2", "prefix").value(), std::nullopt);
  EXPECT_EQ(find_parameter("", "prefix").value(), std::nullopt);
}

TEST(Parameter, IsIgnoredWhenNobodyAsksForIt) {
  EXPECT_EQ(find_parameter("utm=%zz&utm=2&limit=5", "limit").value(), "5");
}

TEST(Parameter, IsRefusedWhenGivenTwiceOrBadlyEncoded) {
  EXPECT_EQ(find_parameter("limit=5&limit=5", "limit").error().code, Errc::invalid);
  EXPECT_EQ(find_parameter("limit=%5", "limit").error().code, Errc::malformed);
  EXPECT_EQ(find_parameter("%zz=5", "limit").error().code, Errc::malformed);
}

}  // namespace
}  // namespace tally
