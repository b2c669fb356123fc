#include "bench/load/request_tape.h"

#include <map>

#include <gtest/gtest.h>

namespace tally::load {
namespace {

const Protocol& kIncr = *find_protocol("memcached-incr");  // whose requests are the easiest to read
constexpr std::size_t kRequestBytes = sizeof("incr key:000000000000 1\r\n") - 1;

TEST(RequestTape, GivesWholeRequestsAlsoAcrossItsEnd) {
  RequestTape tape(kIncr, "", 1, 1000);
  std::string thousand;
  for (int i = 0; i < 1000; ++i) thousand += "incr key:000000000000 1\r\n";
  for (int burst = 0; burst < 200; ++burst) ASSERT_EQ(tape.take(1000), thousand);
}

TEST(RequestTape, AfterItsEndBeginsAgain) {
  RequestTape one_by_one(kIncr, "", 10'000, 1);
  RequestTape in_bursts(kIncr, "", 10'000, 700);
  for (int burst = 0; burst < 300; ++burst) {
    const std::string_view requests = in_bursts.take(700);
    for (std::size_t i = 0; i < 700; ++i) {
      ASSERT_EQ(requests.substr(i * kRequestBytes, kRequestBytes), one_by_one.take(1));
    }
  }
}

TEST(RequestTape, DrawsAllNamesAboutEquallyOften) {
  RequestTape tape(kIncr, "", 100, 1);
  std::map<std::string, int> drawn;
  for (int i = 0; i < 65'536; ++i) ++drawn[std::string(tape.take(1))];
  ASSERT_EQ(drawn.size(), 100U);
  for (const auto& [request, times] : drawn) {
    EXPECT_GT(times, 500) << request;
    EXPECT_LT(times, 820) << request;
  }
}

TEST(RequestTape, HoldsBurstsLongerThanItself) {
  RequestTape tape(*find_protocol("http-batch"), "x", 10, 200);
  const std::size_t bytes = tape.take(1).size();
  EXPECT_EQ(tape.take(200).size(), 200 * bytes);
}

}  // namespace
}  // namespace tally::load
