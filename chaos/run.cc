#include "chaos/run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chaos/faults.h"
#include "chaos/tally_cluster.h"
#include "chaos/verdict.h"
#include "chaos/workplace.h"
#include "net/boot_clock.h"

namespace tally::chaos {

namespace {

constexpr std::size_t kClients = 6;
constexpr Duration kSpread = e2e::seconds(20);
constexpr Duration kAgree = e2e::seconds(60);

TallyOptions tally_options(Plant plant) {
  TallyOptions options;
  if (plant == Plant::memory_ack) options.ack = "memory";
  options.lying_disk = plant == Plant::lying_disk;
  return options;
}

std::vector<ClientHands> clients_of(const TallyCluster& cluster, const RunOptions& options) {
  std::vector<ClientHands> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    const std::uint64_t seed = options.seed * kClients + i;
    clients.push_back(options.plant == Plant::memory_ack
                          ? cluster.client(i, {""}, seed, Ack{.holder = Ack::Holder::disk})
                          : cluster.client(i, {"", "", "memory", "peers:1"}, seed));
  }
  return clients;
}

void print(const Verdict& verdict, const Faults& faults) {
  fmt::print("  adds        {}: {} acknowledged, {} refused, {} unknown ({} of them counted)\n",
             verdict.adds(), verdict.acknowledged, verdict.refused, verdict.unknown, verdict.unknown_counted);
  for (const auto& [status, times] : verdict.refusals)
    fmt::print("  refused     {}x {}\n", times, status == 0 ? "not reached" : std::to_string(status));
  std::vector<std::string> injected;
  for (const auto& [name, times] : faults.injected()) injected.push_back(fmt::format("{} {}x", name, times));
  fmt::print("  faults      {}\n", fmt::join(injected, ", "));
  fmt::print("  excused     {} lost with every memory and disk that was said to hold them\n",
             verdict.lost_excused);
  fmt::print("  reads       {} that said how old they were\n", verdict.reads);
  fmt::print("  violations  {} lost, {} doubled, {} refused and counted, {} invented, {} reads too old\n",
             verdict.lost, verdict.doubled, verdict.refused_counted, verdict.invented, verdict.stale);
  for (const std::string& example : verdict.examples) fmt::print("    {}\n", example);
  for (const std::string& complaint : faults.complaints()) fmt::print("    {}\n", complaint);
}

}  // namespace

bool run(const RunOptions& options) {
  Workplace workplace;
  fmt::print("seed {}: {} of faults; {}\n", options.seed, to_text(options.faults_for),
             workplace.description());
  std::fflush(stdout);
  const std::vector<std::string> ids{"a", "b", "c"};
  TallyCluster cluster(workplace.network(), workplace.folder(), ids, tally_options(options.plant));
  History history({ids.begin(), ids.end()});
  Random random(options.seed);
  Clients clients(clients_of(cluster, options));
  Faults faults(cluster, workplace.network(), history, Random(random()), options.only, options.trace,
                options.interrupted);

  const Instant end = net::BootClock::now() + options.faults_for;
  bool spread = true;
  while (net::BootClock::now() < end && !options.interrupted()) {
    faults.round();
    // Now and then faults fall upon a cluster that has not recovered from the last ones.
    if (random.chance(60)) spread = cluster.spread(history, kSpread) && spread;
  }
  faults.cut_power(ids);
  faults.mend();
  clients.stop();
  spread = cluster.spread(history, kSpread) && spread;
  const auto values = cluster.agree(kAgree);

  Verdict verdict;
  if (values) {
    const AttemptsByCounter all = clients.attempts();
    for (const Read& read : clients.reads()) judge(read, all.at(read.counter), history, verdict);
    for (const auto& [counter, attempts] : all) {
      const auto value = values->find(counter);
      judge(counter, attempts, value == values->end() ? 0 : value->second, history, verdict);
    }
  }
  print(verdict, faults);
  if (!spread) fmt::print("    what was counted did not reach every disk within {}\n", to_text(kSpread));
  if (!values) fmt::print("    the servers do not agree {} after all was mended\n", to_text(kAgree));
  const bool held = verdict.violations() == 0 && faults.complaints().empty() && spread && values;
  fmt::print("  {}\n", held ? "nothing broke" : "BROKEN");
  return held;
}

}  // namespace tally::chaos
