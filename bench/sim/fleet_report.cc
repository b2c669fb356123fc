// What sharing costs as a fleet grows: simulated servers, the same code as in the program, all of them in one
// process. build/release/bench/fleet_report 3 30: fleets of those sizes.
#include <chrono>
#include <cstdlib>
#include <vector>

#include <fmt/core.h>

#include "sim/fleet.h"

namespace {

constexpr std::size_t kSizes[] = {3, 30, 300, 1000};

void report(std::size_t size) {
  const auto start = std::chrono::steady_clock::now();
  const tally::sim::FleetReport fleet = tally::sim::run_fleet(size);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print("| {} | {}", size, fleet.intervals_to_agree);
  for (const tally::sim::FleetCost& cost : {fleet.start, fleet.busy, fleet.idle}) {
    fmt::print(" | {} | {}", cost.questions * 2 / size, cost.bytes / size);
  }
  fmt::print(" | {:.1f} s |\n", took.count());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::size_t> sizes(std::begin(kSizes), std::end(kSizes));
  if (argc > 1) sizes.clear();
  for (int i = 1; i < argc; ++i) {
    const long size = std::atol(argv[i]);
    if (size < 1) {
      fmt::print(stderr, "fleet_report: '{}' is no number of servers: say, for example, 3 30 300.\n",
                 argv[i]);
      return 2;
    }
    sizes.push_back(static_cast<std::size_t>(size));
  }
  fmt::print(
      "## A fleet, simulated\n\n"
      "Servers that know each other start at once and all count; then, later on, one interval in which all "
      "count, and one in\n"
      "which nobody does. Messages (questions and answers) and bytes of their bodies, per server.\n\n"
      "| servers | intervals to agree | start: messages | bytes | counting, an interval: messages | bytes | "
      "idle, an interval: "
      "messages | bytes | simulated in |\n"
      "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  for (const std::size_t size : sizes) report(size);
  return 0;
}
