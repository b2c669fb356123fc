// tally_sim: simulates histories, one for each seed, and says which seeds broke a law.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/simulate.h"

namespace tally::sim {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr seconds kBetweenProgress{10};
constexpr std::size_t kMostNamed = 20;  // of the seeds that broke a law

int run_one(std::uint64_t seed, bool trace, const std::string& self) {
  const Report report = simulate(seed, nullptr, trace ? &std::cout : nullptr);
  std::cout.flush();
  if (report.broken.empty()) {
    if (trace) {
      fmt::print("seed {}: all laws held; they agreed {} intervals after it; trace {:016x}\n  {}\n", seed,
                 report.intervals_to_agree, report.trace_hash, fmt::join(report.sights, ", "));
    }
    return 0;
  }
  fmt::print(stderr, "seed {} broke a law. {}\n  replay: {} --seed {} --trace\n", seed, report.broken, self,
             seed);
  return 1;
}

// Many seeds, some at a time, each in a process of its own: a check that ends it still has its seed named.
class Seeds {
 public:
  Seeds(std::uint64_t first, std::uint64_t count, std::string self)
      : first_(first), count_(count), self_(std::move(self)) {}

  // Begins no more after `limit`, unless that is 0.
  void run(unsigned jobs, seconds limit) {
    const auto in_time = [&] { return limit.count() == 0 || Clock::now() < began_ + limit; };
    while (begun_ < count_ && in_time()) {
      if (running_.size() == jobs) wait_for_one();
      if (!begin_one()) break;
      tell_progress();
    }
    while (!running_.empty()) wait_for_one();
  }

  // The exit status.
  int sum_up() const {
    const double took = std::chrono::duration<double>(Clock::now() - began_).count();
    fmt::print("{} seeds, {} to {}, in {:.0f} s ({:.0f} a second): {} broke a law\n", begun_, first_,
               first_ + begun_ - 1, took, static_cast<double>(begun_) / std::max(took, 0.001),
               broken_.size());
    if (!broken_.empty()) {
      const std::size_t named = std::min(kMostNamed, broken_.size());
      fmt::print("  {}{}\n",
                 fmt::join(broken_.begin(), broken_.begin() + static_cast<std::ptrdiff_t>(named), " "),
                 named < broken_.size() ? " ..." : "");
    }
    return broken_.empty() && begun_ > 0 && !stuck_ ? 0 : 1;
  }

 private:
  bool begin_one() {
    const std::uint64_t seed = first_ + begun_;
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child < 0) {
      fmt::print(stderr, "No process could be started for seed {}; try again with fewer others running.\n",
                 seed);
      stuck_ = true;
      return false;
    }
    if (child == 0) _exit(run_one(seed, false, self_));
    running_.emplace(child, seed);
    ++begun_;
    return true;
  }

  void wait_for_one() {
    int status = 0;
    const auto ended = running_.extract(waitpid(-1, &status, 0));
    if (ended.empty() || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) return;
    const std::uint64_t seed = ended.mapped();
    broken_.push_back(seed);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 1) return;
    fmt::print(stderr, "seed {} ended its process; see above.\n  replay: {} --seed {} --trace\n", seed, self_,
               seed);
  }

  void tell_progress() {
    if (Clock::now() < told_ + kBetweenProgress) return;
    told_ = Clock::now();
    fmt::print(stderr, "{} of {} seeds begun, {} broke a law\n", begun_, count_, broken_.size());
  }

  const std::uint64_t first_;
  const std::uint64_t count_;
  const std::string self_;
  const Clock::time_point began_ = Clock::now();
  Clock::time_point told_ = began_;
  std::uint64_t begun_ = 0;
  bool stuck_ = false;
  std::map<pid_t, std::uint64_t> running_;
  std::vector<std::uint64_t> broken_;
};

// Every day tries others.
std::uint64_t first_of_today() {
  constexpr std::uint64_t kSeedsADay = 100'000;
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(since_1970).count();
  return kSeedsADay * static_cast<std::uint64_t>(hours / 24);
}

}  // namespace
}  // namespace tally::sim

int main(int argc, char** argv) {
  CLI::App app("Simulates clusters of counting servers in which everything goes wrong, by seed.");
  std::uint64_t seed = 0;
  std::uint64_t first = 1;
  std::uint64_t count = 2000;
  unsigned jobs = 1;
  unsigned seconds = 0;
  bool today = false;
  bool trace = false;
  auto* one = app.add_option("--seed", seed, "run this seed alone");
  app.add_option("--first", first, "the first of many seeds");
  app.add_option("--count", count, "how many seeds")->excludes(one);
  app.add_option("--jobs", jobs, "how many at a time")->check(CLI::Range(1U, 1024U));
  app.add_option("--seconds", seconds, "begin no more seeds after this time; 0: run all");
  app.add_flag("--today", today, "begin with a seed that the date decides")->excludes("--first");
  app.add_flag("--trace", trace, "with --seed: print everything that happens")->needs(one);
  CLI11_PARSE(app, argc, argv);
  if (one->count() > 0) return tally::sim::run_one(seed, trace, argv[0]);
  tally::sim::Seeds seeds(today ? tally::sim::first_of_today() : first, count, argv[0]);
  seeds.run(jobs, std::chrono::seconds(seconds));
  return seeds.sum_up();
}
