#include "sim/simulate.h"

#include <optional>
#include <utility>

#include "cluster/patience.h"
#include "sim/faults.h"
#include "sim/world.h"

namespace tally::sim {

namespace {

// Once everything works again: an unreachable peer is tried every eighth interval at least, its answer may
// show a lag that is passed on after more than two, to servers that only then are known to lag themselves.
constexpr unsigned kIntervalsToAgree = 24;
constexpr unsigned kIntervalsToStaySo = 6;
constexpr unsigned kIntervalsToShare = 4;
constexpr unsigned kIntervalsToRest = 6;

World::Options options_for(std::uint64_t seed, Sabotage* sabotage, std::ostream* trace) {
  Random random(seed);
  World::Options options;
  options.seed = seed;
  constexpr std::chrono::milliseconds kIntervals[] = {std::chrono::milliseconds(100),
                                                      std::chrono::milliseconds(500), std::chrono::seconds(1),
                                                      std::chrono::seconds(10)};
  options.interval = kIntervals[random.below(std::size(kIntervals))];
  constexpr std::size_t kPartBytes[] = {580, 700, 64 * 1024};  // one entry a part, a few, and all
  options.part_bytes = kPartBytes[random.below(3)];
  options.counters_in_use = 1 + random.below(16);
  if (random.chance(30)) options.staged_bytes = 4096;  // room for one share, or two
  if (random.chance(30)) options.high_percent = 25;
  options.directories = 1 + static_cast<unsigned>(random.below(3));
  constexpr unsigned kDiskPercents[] = {2, 2, 10, 60};
  options.disk_percent = kDiskPercents[random.below(std::size(kDiskPercents))];
  options.most_drift_ppm = DriftingClock::kMostPpm;
  options.intervals_between_checks = 4;
  options.sabotage = sabotage;
  options.trace = trace;
  return options;
}

void live_through_it(World& world, Faults& faults) {
  Random random = world.fork_random("simulate");
  const bool together = random.chance(50);
  for (std::uint64_t servers = 2 + random.below(6); servers > 0; --servers) {
    world.start(faults.new_name(), faults.some_disk());
    if (!together) world.pass(static_cast<unsigned>(random.below(4)));
  }
  for (std::uint64_t clients = 2 + random.below(5); clients > 0; --clients) {
    world.add_client("client-" + std::to_string(clients),
                     (1 + static_cast<int>(random.below(10))) * world.interval() / 5);
  }
  faults.begin();
  world.pass(15 + static_cast<unsigned>(random.below(35)));
  faults.end();
  world.stop_clients();
}

// Answers with the number of intervals after which they never differed again.
unsigned see_that_they_agree_and_stay_so(World& world) {
  // A question whose answer was lost in the storm is given up after a while, and then asked again.
  const auto to_agree = kIntervalsToAgree + static_cast<unsigned>(kLeastPatience / world.interval());
  unsigned agreed = 0;
  for (unsigned passed = 1; passed <= to_agree + kIntervalsToStaySo && world.verdict().ok(); ++passed) {
    world.pass(1);
    const auto difference = world.difference();
    if (!difference) continue;
    agreed = passed + 1;
    if (passed >= to_agree) {
      world.verdict().broke("No convergence: {} intervals after everything healed {}.", passed, *difference);
    }
  }
  return agreed;
}

// Where nobody counts, no disk is written to.
void see_that_idle_disks_rest(World& world) {
  const auto commits = [&world] {
    std::map<std::string, std::uint64_t> begun;
    for (const Server* server : world.running()) begun[server->setup().url] = server->disk().begun();
    return begun;
  };
  const auto before = commits();
  world.pass(kIntervalsToRest);
  for (const auto& [url, begun] : commits()) {
    if (begun == before.at(url)) continue;
    world.verdict().broke("An idle disk was written to: {} began {} commits in {} intervals.", url,
                          begun - before.at(url), kIntervalsToRest);
  }
}

// The directory affects routing only: it is empty, and hears of one server alone.
void see_that_they_need_no_directory(World& world) {
  if (!world.verdict().ok()) return;
  for (std::size_t which = 0; which < world.directories(); ++which) {
    world.crash_directory(which);
    world.restart_directory(which);
    bool heard = false;
    for (const auto& [name, server] : world.servers()) {
      if (std::exchange(heard, true)) world.cut(name, World::directory_name(which));
    }
  }
  world.pass(kIntervalsToShare);  // whoever believes the directory has asked it by now
  for (const auto& [name, server] : world.servers()) {
    if (world.belongs(name)) world.add_one(name);
  }
  world.pass(kIntervalsToShare);
  if (const auto difference = world.difference()) {
    world.verdict().broke("The directory forgot its servers, and {} intervals after an add {}.",
                          kIntervalsToShare, *difference);
  }
}

std::string outcome_of(const Ledger::Attempt& attempt) {
  using Told = Ledger::Attempt::Told;
  if (attempt.told == Told::nothing) return attempt.counted ? "counted, but nobody told" : "never counted";
  if (attempt.told == Told::refused) return "refused";
  if (attempt.held.peers > 0) return fmt::format("acknowledged by {} peers", attempt.held.peers);
  return attempt.held.disk ? "acknowledged by a disk" : "acknowledged by memory";
}

std::map<std::string, unsigned> sights(const Faults& faults, const Ledger& ledger) {
  std::map<std::string, unsigned> sights = faults.struck();
  for (const auto& [counter, attempts] : ledger.attempts()) {
    for (const Ledger::Attempt& attempt : attempts) ++sights[outcome_of(attempt)];
  }
  return sights;
}

}  // namespace

Report simulate(std::uint64_t seed, Sabotage* sabotage, std::ostream* trace) {
  World world(options_for(seed, sabotage, trace));
  Faults faults(world, world.fork_random("faults"));  // what they set off comes as long as time passes
  live_through_it(world, faults);
  const unsigned intervals_to_agree = see_that_they_agree_and_stay_so(world);
  world.check_freshness();
  see_that_idle_disks_rest(world);
  see_that_they_need_no_directory(world);
  world.settle();
  return {world.verdict().broken(), world.trace().hash(), intervals_to_agree, sights(faults, world.ledger())};
}

}  // namespace tally::sim
