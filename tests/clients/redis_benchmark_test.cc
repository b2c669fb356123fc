// redis-benchmark: what it says that it had done is what the counters say.
#include <numeric>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/clients/servers.h"

namespace tally::e2e {
namespace {

std::int64_t sum_of(const RespServer& server, int counters) {
  std::vector<std::string> command{"redis-cli", "-p", server.port(), "mget"};
  for (int i = 0; i < counters; ++i) {
    const std::string digits = std::to_string(i);
    command.push_back("key:" + std::string(12 - digits.size(), '0') + digits);
  }
  std::istringstream values(run(command).out);
  std::int64_t sum = 0;
  for (std::string line; std::getline(values, line);) sum += line.empty() ? 0 : std::stoll(line);
  return sum;
}

// It sends whole pipelines until at least -n commands are sent: exactly -n, where that is a multiple.
TEST(RedisBenchmark, FindsEveryAddInTheCounters) {
  const RespServer server;
  const Finished benchmark = run({"redis-benchmark", "-p", server.port(), "-n", "20000", "-c", "20", "-P",
                                  "16", "-r", "100", "incr", "key:__rand_int__"});
  EXPECT_EQ(benchmark.status, 0) << benchmark.out << benchmark.err;
  EXPECT_NE(benchmark.out.find("20000 requests completed"), std::string::npos) << benchmark.out;
  EXPECT_EQ(sum_of(server, 100), 20000);
}

TEST(RedisBenchmark, OfItsOwnTestAddsAsManyAsItSays) {
  const RespServer server;
  const Finished benchmark = run({"redis-benchmark", "-p", server.port(), "-t", "incr,ping_inline,ping_mbulk",
                                  "-n", "5000", "-c", "50", "--csv"});
  EXPECT_EQ(benchmark.status, 0) << benchmark.out << benchmark.err;
  EXPECT_NE(benchmark.out.find("\"INCR\""), std::string::npos) << benchmark.out;
  EXPECT_EQ(run({"redis-cli", "-p", server.port(), "get", "counter:__rand_int__"}).out, "5000\n");
}

}  // namespace
}  // namespace tally::e2e
