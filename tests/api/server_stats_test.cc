#include "api/server_stats.h"

#include <gtest/gtest.h>

namespace tally {
namespace {

ServerId server(std::string_view text) { return ServerId::parse(text).value(); }

TEST(ServerStats, ReadBackAsTheyWereWritten) {
  const ServerStats stats{
      StreamId{0, 255}, 12'345, 5, 2, 1'000, {{server("b"), 410}, {server("c"), std::nullopt}}};
  std::string body;
  append_server_stats(body, stats);
  EXPECT_EQ(body, R"({"run":"000000000000000000000000000000ff","adds":12345,"counters":5,"unshared_adds":2,)"
                  R"("share_interval_ms":1000,"lags":[{"id":"b","lag_ms":410},{"id":"c","lag_ms":null}]})");
  EXPECT_EQ(read_server_stats(body).value(), stats);
}

TEST(ServerStats, AreRefusedWhereAFieldIsMissingOrWrong) {
  EXPECT_EQ(read_server_stats("<html>").error().code, Errc::malformed);
  const std::string start = R"({"run":"000000000000000000000000000000ff","adds":1,"counters":1,)";
  for (const std::string& body :
       {std::string("{}"), start + R"("unshared_adds":0})",
        start + R"("unshared_adds":-1,"share_interval_ms":1})",
        start + R"("unshared_adds":0,"share_interval_ms":1,"lags":{}})",
        start + R"("unshared_adds":0,"share_interval_ms":1,"lags":[5]})",
        start + R"("unshared_adds":0,"share_interval_ms":1,"lags":[{"id":"b"}]})",
        start + R"("unshared_adds":0,"share_interval_ms":1,"lags":[{"id":"b","lag_ms":-1}]})",
        start + R"("unshared_adds":0,"share_interval_ms":1,"lags":[{"id":"","lag_ms":1}]})"}) {
    EXPECT_EQ(read_server_stats(body).error().code, Errc::invalid) << body;
  }
}

}  // namespace
}  // namespace tally
