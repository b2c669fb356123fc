// tally_chaos: real processes, real faults, and a count of every single add.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "chaos/comparison.h"
#include "chaos/run.h"

namespace {

volatile std::sig_atomic_t interrupted = 0;

}  // namespace

int main(int argc, char** argv) {
  using tally::chaos::Plant;
  CLI::App app(
      "Runs a balancer and three counting servers, breaks everything by seed, and checks every add.");
  tally::chaos::RunOptions options;
  unsigned seconds = 20;
  app.add_option("--seed", options.seed,
                 "what goes wrong, and when; the processes themselves are not repeatable");
  bool today = false;
  app.add_flag("--today", today, "a seed that the date decides, so that every day tries others")
      ->excludes("--seed");
  app.add_flag("--trace", options.trace, "print every fault as it happens");
  app.add_option("--only", options.only,
                 "of the faults (with --peers: systems), those whose names contain this");
  bool peers = false;
  app.add_flag("--peers", peers, "instead: Tally beside other systems, the same faults for each, as a table");
  app.add_option("--seconds", seconds, "how long faults go on; recovering and judging come on top");
  const std::map<std::string, Plant> plants{{"memory-ack", Plant::memory_ack},
                                            {"lying-disk", Plant::lying_disk}};
  app.add_option("--plant", options.plant, "a bug that must be found")
      ->transform(CLI::CheckedTransformer(plants));
  CLI11_PARSE(app, argc, argv);
  if (today) {
    options.seed = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::hours>(std::chrono::system_clock::now().time_since_epoch())
            .count() /
        24);
  }
  options.faults_for = std::chrono::seconds(seconds);
  options.interrupted = [] { return interrupted != 0; };
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { interrupted = 1; });
  try {
    if (peers) return tally::chaos::compare(options.only, options.interrupted) ? 0 : 1;
    return tally::chaos::run(options) ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "tally_chaos could not do its work: {}\n", error.what());
    return 2;
  }
}
