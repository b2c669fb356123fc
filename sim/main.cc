// tally_sim: simulates histories, one for each seed, and says which seeds broke a law.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/simulate.h"

namespace tally::sim {
namespace {

int run_one(std::uint64_t seed, bool trace, const std::string& self) {
  const Report report = simulate(seed, nullptr, trace ? &std::cout : nullptr);
  std::cout.flush();
  if (report.broken.empty()) {
    if (trace) fmt::print("seed {}: all laws held; trace {:016x}\n", seed, report.trace_hash);
    return 0;
  }
  fmt::print(stderr, "seed {} broke a law. {}\n  replay: {} --seed {} --trace\n", seed, report.broken, self,
             seed);
  return 1;
}

// In a process of its own, so that a check that ends it still has its seed named.
bool holds(std::uint64_t seed, const std::string& self) {
  const pid_t child = fork();
  if (child < 0) {
    fmt::print(stderr, "No process could be started for seed {}; try again with fewer others running.\n",
               seed);
    return false;
  }
  if (child == 0) _exit(run_one(seed, false, self));
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) > 1)) {
    fmt::print(stderr, "seed {} ended its process; see above.\n  replay: {} --seed {} --trace\n", seed, self,
               seed);
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int run_many(std::uint64_t from, std::uint64_t to, unsigned seconds, const std::string& self) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::uint64_t broken = 0;
  std::uint64_t seed = from;
  for (; seed <= to && (seconds == 0 || std::chrono::steady_clock::now() < end); ++seed) {
    if (!holds(seed, self)) ++broken;
  }
  fmt::print("{} seeds, {} to {}: {} broke a law\n", seed - from, from, seed - 1, broken);
  return broken == 0 ? 0 : 1;
}

}  // namespace
}  // namespace tally::sim

using namespace std::chrono_literals;

int main(int argc, char** argv) {
  CLI::App app("Simulates clusters of counting servers in which everything goes wrong, by seed.");
  std::uint64_t seed = 0;
  std::uint64_t first = 1;
  std::uint64_t count = 500;
  unsigned seconds = 0;
  bool trace = false;
  auto* one = app.add_option("--seed", seed, "run this seed alone");
  app.add_option("--first", first, "the first of many seeds");
  app.add_option("--count", count, "how many seeds")->excludes(one);
  app.add_option("--seconds", seconds, "begin no more seeds after this time; 0: run all");
  bool today = false;
  app.add_flag("--today", today, "begin with a seed that the date decides, so that every day tries others")
      ->excludes("--first");
  app.add_flag("--trace", trace, "with --seed: print everything that happens")->needs(one);
  CLI11_PARSE(app, argc, argv);
  if (one->count() > 0) return tally::sim::run_one(seed, trace, argv[0]);
  if (today) {
    constexpr std::uint64_t kSeedsADay = 100'000;
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    first = kSeedsADay *
            static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::hours>(since_1970) / 24h);
  }
  return tally::sim::run_many(first, first + count - 1, seconds, argv[0]);
}
