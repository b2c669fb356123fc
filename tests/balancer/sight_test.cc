#include "balancer/sight.h"

#include <gtest/gtest.h>

namespace tally {
namespace {

ServerId server(std::string_view text) { return ServerId::parse(text).value(); }

TEST(Events, TellOfServersWithAndWithoutTheirStats) {
  const ServerStats stats{StreamId{0, 255}, 7, 5, 2, 1'000, {{server("b"), std::nullopt}}};
  const Instant at = Instant(std::chrono::milliseconds(123));
  EXPECT_EQ(
      cluster_event(at, {{{server("a"), "http://a:1", ServerState::ready, 120}, stats},
                         {{server("b"), "http://b:1", ServerState::starting, 5}, {}, "It is silent."}}),
      "event: cluster\n"
      R"(data: {"at_ms":123,"servers":[{"id":"a","url":"http://a:1","state":"ready","last_seen_ms":120,)"
      R"("stats":{"run":"000000000000000000000000000000ff","adds":7,"counters":5,"unshared_adds":2,)"
      R"("share_interval_ms":1000,"lags":[{"id":"b","lag_ms":null}]}},)"
      R"({"id":"b","url":"http://b:1","state":"starting","last_seen_ms":5,"stats":null,)"
      R"("trouble":"It is silent."}]})"
      "\n\n");
}

// A line break in the data would end it, and begin what the name's giver likes.
TEST(Events, AreOneLineOfDataWhateverACounterIsCalled) {
  const std::string name = "a\nevent: cluster\r\ndata: {}\n\n";
  for (const std::string& event :
       {top_event({server("a"), {{name, 1}}}), counter_event({.name = name, .trouble = name})}) {
    EXPECT_EQ(event.find('\n'), event.find("\ndata: ")) << event;
    EXPECT_EQ(event.find('\n', event.find("data: ")), event.size() - 2) << event;
    EXPECT_EQ(event.find('\r'), std::string::npos) << event;
  }
}

TEST(Events, TellEveryDigitOfAValue) {
  const Int128 great = Int128{9'223'372'036'854'775'807} * 4;
  EXPECT_EQ(top_event({server("a"), {{"x", great}}}),
            "event: top\n"
            R"(data: {"server":"a","counters":[{"name":"x","value":"36893488147419103228"}]})"
            "\n\n");
  EXPECT_EQ(counter_event({.name = "x",
                           .server = server("a"),
                           .reading = ReadAnswer{{"x", great}, 410, false, {"c"}},
                           .nodes = {{"b", -5, great, false, {{"c", 1, 1, true, {}}}}}}),
            "event: counter\n"
            R"(data: {"name":"x","server":"a","reading":{"value":"36893488147419103228","staleness_ms":410,)"
            R"("complete":false,"missing":["c"]},"nodes":[{"key":"b","value":"-5",)"
            R"("computed":"36893488147419103228","valid":false,"children":[{"key":"c","value":"1",)"
            R"("computed":"1","valid":true,"children":[]}]}]})"
            "\n\n");
}

}  // namespace
}  // namespace tally
