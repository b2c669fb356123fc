// What people see of text, rates, changes and mistakes.
#include <gtest/gtest.h>

#include "client/did_you_mean.h"
#include "client/rate.h"
#include "client/terminal_text.h"
#include "client/watch.h"

namespace tally {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(TerminalText, IsMadeHarmless) {
  EXPECT_EQ(harmless("a\tb\x1b[31m\x7f"), "a b [31m ");
  EXPECT_EQ(harmless("\u009b2J"), " 2J");
  EXPECT_EQ(harmless("abc\u202edcba\u2066\u200f"), "abc dcba  ");
  EXPECT_EQ(harmless("\xff\xfe"), "??");
  EXPECT_EQ(harmless("Grüße \u6f22\u5b57"), "Grüße \u6f22\u5b57");
}

TEST(TerminalText, KnowsWideAndCombiningCharacters) {
  EXPECT_EQ(columns("abc"), 3U);
  EXPECT_EQ(columns("\u6f22\u5b57"), 4U);
  EXPECT_EQ(columns("e\u0301"), 1U);
  EXPECT_EQ(columns("\U0001f600"), 2U);
}

TEST(TerminalText, FitsExactlyIntoItsColumns) {
  EXPECT_EQ(fitted("abc", 5), "abc  ");
  EXPECT_EQ(fitted("abc", 3), "abc");
  EXPECT_EQ(fitted("abcd", 3), "ab\u2026");
  EXPECT_EQ(fitted("\u6f22\u5b57\u6f22", 4), "\u6f22\u2026 ");
  EXPECT_EQ(fitted("abc", 1), "\u2026");
  EXPECT_EQ(fitted("abc", 0), "");
  const std::string_view text = "a\u6f22e\u0301\U0001f600bc";
  for (std::size_t width = 0; width < 12; ++width) EXPECT_EQ(columns(fitted(text, width)), width);
}

TEST(Rate, HasAboutThreeDigits) {
  EXPECT_EQ(rate_text(0), "0");
  EXPECT_EQ(rate_text(1234.6), "1235");
  EXPECT_EQ(rate_text(-12.34), "-12.3");
  EXPECT_EQ(rate_text(0.051), "0.05");
  EXPECT_EQ(rate_text(rate_of(5, milliseconds(500))), "10.0");
}

std::string meant(std::string_view word) {
  constexpr std::string_view kKnown[] = {"add", "get", "servers", "watch", "server"};
  return did_you_mean(word, kKnown);
}

TEST(DidYouMean, NamesTheNearestWordWithinASlipOrTwo) {
  EXPECT_EQ(meant("gte"), " Did you mean 'get'?");
  EXPECT_EQ(meant("ad"), " Did you mean 'add'?");
  EXPECT_EQ(meant("addd"), " Did you mean 'add'?");
  EXPECT_EQ(meant("wacth"), " Did you mean 'watch'?");
  EXPECT_EQ(meant("servers"), " Did you mean 'servers'?");
  EXPECT_EQ(meant("srver"), " Did you mean 'server'?");
  EXPECT_EQ(meant("serv"), " Did you mean 'servers'?") << "a beginning";
  for (const char* far : {"", "x", "set-up", "subtract", "fly"}) EXPECT_EQ(meant(far), "") << far;
  EXPECT_EQ(meant(std::string(100'000, 'x')), "");
}

const Instant kStart{};

TEST(AWatch, ThatIsNoTerminalsSaysEachChangeOnce) {
  WatchView one({"n"}, OutputFormat::text, false);
  EXPECT_EQ(one.show({7}, kStart, 80), "7\n");
  EXPECT_EQ(one.show({7}, kStart + seconds(1), 80), "");
  EXPECT_EQ(one.show({9}, kStart + seconds(2), 80), "9\n");
  EXPECT_EQ(one.show({7}, kStart + seconds(3), 80), "7\n");

  WatchView two({"n", "m"}, OutputFormat::text, false);
  EXPECT_EQ(two.show({7, 0}, kStart, 80), "n\t7\nm\t0\n");
  EXPECT_EQ(two.show({7, -1}, kStart + seconds(1), 80), "m\t-1\n");

  WatchView json({"n", "m"}, OutputFormat::json, false);
  json.show({7, 0}, kStart, 80);
  EXPECT_EQ(json.show({8, 0}, kStart + seconds(1), 80), "{\"name\":\"n\",\"value\":8}\n");
}

TEST(AWatch, OnATerminalKeepsALineForEachCounterAndShowsItsRate) {
  WatchView view({"n", "a\x1b[2J"}, OutputFormat::text, true);
  EXPECT_EQ(view.show({7, 0}, kStart, 80), "\rn  7\033[K\n\ra [2J  0\033[K\n");
  EXPECT_EQ(view.show({27, 0}, kStart + seconds(2), 80),
            "\033[2A\rn  27  10.0/s\033[K\n\ra [2J  0  0/s\033[K\n");
  EXPECT_EQ(view.show({27, 0}, kStart + seconds(4), 6), "\033[2A\rn  2\u2026\033[K\n\ra [2\u2026\033[K\n");
}

}  // namespace
}  // namespace tally
