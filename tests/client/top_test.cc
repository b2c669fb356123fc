#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "client/scraped_metrics.h"
#include "client/terminal_text.h"
#include "client/top_view.h"

namespace tally {
namespace {

using std::chrono::seconds;

const Instant kStart{};

TopLook::Server server(const std::string& id, ServerState state, std::optional<double> adds) {
  return {{ServerId::parse(id).value(), "http://" + id + ":7071", state, 100}, adds, adds, 0};
}

TopLook look(Instant at, std::vector<TopLook::Server> servers, std::vector<CounterValue> counters) {
  return {.at = at, .servers = std::move(servers), .counters = std::move(counters)};
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

const TopLook kBefore =
    look(kStart, {server("a", ServerState::ready, 100), server("b", ServerState::down, {})},
         {{"big", 1000}, {"moving", 10}, {"falling", 9}});
const TopLook kNow =
    look(kStart + seconds(2), {server("a", ServerState::ready, 150), server("b", ServerState::down, {})},
         {{"big", 1000}, {"moving", 20}, {"new", 3}, {"falling", -11}});

TEST(Top, ShowsServersAndCountersWithTheirRates) {
  EXPECT_EQ(top_table(kNow, &kBefore, {}),
            "Tally: 2 servers, 1 ready, 25.0 adds/s\n"
            "\n"
            "SERVER           STATE        ADDS/S      COUNTERS      UNSHARED\n"
            "a                ready          25.0           150             0\n"
            "b                 down             -             -             0\n"
            "\n"
            "COUNTER              VALUE        RATE/S\n"
            "big                   1000             0\n"
            "moving                  20           5.0\n"
            "new                      3             -\n"
            "falling                -11         -10.0\n");
}

TEST(Top, ByRateBeginsWithWhateverMovesMostUpOrDown) {
  const auto rows = lines(top_table(kNow, &kBefore, {.order = TopOrder::rate}));
  ASSERT_EQ(rows.size(), 11U);
  EXPECT_TRUE(rows[7].starts_with("falling")) << rows[7];
  EXPECT_TRUE(rows[8].starts_with("moving")) << rows[8];
}

TEST(Top, KnowsNoRatesAtItsFirstLookNorOfAServerThatWasStartedSince) {
  EXPECT_TRUE(top_table(kNow, nullptr, {}).starts_with("Tally: 2 servers, 1 ready, - adds/s\n"));
  TopLook restarted = kNow;
  restarted.servers[0].adds = 5;
  EXPECT_TRUE(top_table(restarted, &kBefore, {}).starts_with("Tally: 2 servers, 1 ready, - adds/s\n"));
}

TEST(Top, StaysWithinTheTerminalWhateverItsSize) {
  TopLook wide = kNow;
  wide.counters.push_back({std::string(300, 'x'), 1});
  wide.counters.push_back({"\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\x1b[2J", 1});
  for (const std::size_t rows : {1U, 2U, 5U, 9U, 40U}) {
    for (const std::size_t width : {1U, 10U, 40U, 80U, 200U}) {
      const std::string table = top_table(wide, &kBefore, {.size = TerminalSize{rows, width}});
      EXPECT_EQ(table.find('\x1b'), std::string::npos) << "no colours";
      const auto all = lines(table);
      EXPECT_LT(all.size(), std::max<std::size_t>(rows, 2));
      for (const std::string& line : all) EXPECT_LT(columns(line), std::max<std::size_t>(width, 2)) << line;
    }
  }
}

TEST(Top, KeepsNumbersApartHoweverLongAndShowsWhateverAServerClaims) {
  TopLook odd = kNow;
  odd.counters[0].value = Int128{1} << 100;
  odd.servers[0].unshared = std::numeric_limits<double>::infinity();
  const std::string table = top_table(odd, &kBefore, {});
  EXPECT_NE(table.find("big          1267650600228229401496703205376 "), std::string::npos) << table;
  EXPECT_NE(table.find("           inf\n"), std::string::npos) << table;
}

TEST(Top, ColoursAServerByItsStateAndSaysWhatFailed) {
  TopLook failed = kNow;
  failed.failure = Error{Errc::unreachable, "Nobody\nanswers."};
  const std::string table = top_table(failed, &kBefore, {.colours = true});
  EXPECT_NE(table.find("\033[31mNobody answers.\033[0m\n"), std::string::npos) << table;
  EXPECT_NE(table.find("\033[32ma "), std::string::npos) << table;
  EXPECT_NE(table.find("\033[31mb "), std::string::npos) << table;
}

TEST(ScrapedMetrics, AreReadAsPrometheusDoes) {
  const auto page = ScrapedMetrics::parse(
      "# HELP tally_adds_total Adds.\n"
      "# TYPE tally_adds_total counter\n"
      "tally_adds_total 1.5e+06\n"
      "tally_peer_staleness_seconds{peer=\"b\",url=\"http://b:1\"} +Inf\n"
      "tally_peer_staleness_seconds{peer=\"c \\\"\\\\ }\",url=\"x\",} 0.25 1700000000000\n"
      "no value here\n"
      "broken{peer=\"b 1\n"
      "broken{peer\n"
      "\n"
      "negative -Inf\r\n"
      "requests{code=\"2xx\"} 5\n"
      "requests{code=\"5xx\"} 2\n");
  EXPECT_EQ(page.value("requests"), 7);
  EXPECT_EQ(page.value("tally_adds_total"), 1.5e6);
  const auto peers = page.samples("tally_peer_staleness_seconds");
  ASSERT_EQ(peers.size(), 2U);
  EXPECT_EQ(peers[0].labels.at("url"), "http://b:1");
  EXPECT_EQ(peers[0].value, std::numeric_limits<double>::infinity());
  EXPECT_EQ(peers[1].labels.at("peer"), "c \"\\ }");
  EXPECT_EQ(peers[1].value, 0.25);
  EXPECT_EQ(page.value("negative"), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(page.value("broken"), std::nullopt);
  EXPECT_TRUE(page.samples("no").empty());
}

}  // namespace
}  // namespace tally
