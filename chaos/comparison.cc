#include "chaos/comparison.h"

#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "chaos/peer.h"
#include "chaos/postgres_peer.h"
#include "chaos/redis_peer.h"
#include "chaos/tally_peer.h"
#include "chaos/verdict.h"
#include "chaos/workplace.h"

namespace tally::chaos {

namespace {

constexpr std::size_t kClients = 4;
constexpr Duration kBefore = e2e::milliseconds(1500);  // a fault, and
constexpr Duration kAfter = e2e::milliseconds(1500);   // mending

struct System {
  std::string name;
  std::string program;
  std::function<std::unique_ptr<Peer>(Network&, const std::filesystem::path&)> make;
};

System redis(std::string name, const RedisOptions& options) {
  return {std::move(name), "redis-server", [options](Network& network, const std::filesystem::path& folder) {
            return std::make_unique<RedisPeer>(network, folder, options);
          }};
}

System tally_with(const std::string& ack) {
  return {"Tally, `ack=" + ack + "`", TALLY_PROGRAM,
          [ack](Network& network, const std::filesystem::path& folder) {
            return std::make_unique<TallyPeer>(network, folder, ack);
          }};
}

System postgres(const std::string& synchronous_commit) {
  return {"PostgreSQL, one server, `synchronous_commit=" + synchronous_commit + "`", PostgresPeer::program(),
          [=](Network& network, const std::filesystem::path& folder) {
            return std::make_unique<PostgresPeer>(network, folder, synchronous_commit);
          }};
}

std::vector<System> systems() {
  return {
      tally_with("memory"),
      tally_with("disk"),
      tally_with("peers:1"),
      redis("Redis, `appendfsync everysec`", {.appendfsync = "everysec"}),
      redis("Redis, `appendfsync always`", {.appendfsync = "always"}),
      redis("Redis, `appendfsync always`, each add with `WAIT 1`", {.appendfsync = "always", .wait = true}),
      postgres("off"),
      postgres("on")};
}

struct Fault {
  const char* name;
  bool (*inject)(Peer& peer);  // false: the system has no such thing
  void (*mend)(Peer& peer);
};

void nothing(Peer&) {}

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all{
      {"kill -9 of one, restarted", [](Peer& peer) { return peer.kill_and_restart(), true; }, nothing},
      {"power cut of one", [](Peer& peer) { return peer.cut_power_of_one(), true; }, nothing},
      {"power cut of all", [](Peer& peer) { return peer.cut_power_of_all(), true; }, nothing},
      {"one dies for ever, another takes over", [](Peer& peer) { return peer.fail_over(); }, nothing},
      {"servers apart, clients at both", [](Peer& peer) { return peer.part(); },
       [](Peer& peer) { peer.reunite(); }}};
  return all;
}

// Nothing excuses a loss here: the table shows all of them.
std::optional<Verdict> suffer(Peer& peer, const Fault& fault, const std::function<bool()>& interrupted) {
  std::vector<ClientHands> hands;
  for (Asker& add : peer.askers(kClients)) hands.push_back({std::move(add)});
  Clients clients(std::move(hands));
  e2e::eventually(interrupted, kBefore);
  const bool happened = fault.inject(peer);
  e2e::eventually(interrupted, kAfter);
  fault.mend(peer);
  clients.stop();
  if (!happened) return std::nullopt;
  const AttemptsByCounter attempts = clients.attempts();
  std::vector<std::string> names;
  for (const auto& [counter, adds] : attempts) names.push_back(counter);
  const auto values = peer.values(names);
  if (!values) throw std::runtime_error("its servers do not agree");
  Verdict verdict;
  for (const auto& [counter, adds] : attempts) {
    const auto value = values->find(counter);
    judge(counter, adds, value == values->end() ? 0 : value->second, History({}), verdict);
  }
  return verdict;
}

std::string cell(const std::optional<Verdict>& verdict) {
  if (!verdict) return "(none)";
  std::string text = fmt::format("{} / {} / {} / {}", verdict->acknowledged, verdict->lost, verdict->doubled,
                                 verdict->unknown);
  return verdict->lost + verdict->doubled > 0 ? "**" + text + "**" : text;
}

bool installed(const std::string& program) {
  return !program.empty() && e2e::run({program, "--version"}).status == 0;
}

}  // namespace

bool compare(const std::string& only, const std::function<bool()>& interrupted) {
  Workplace workplace;
  std::string heading = "| acknowledged / lost / doubled / unknown |";
  std::string rule = "| --- |";
  for (const Fault& fault : faults()) {
    heading += fmt::format(" {} |", fault.name);
    rule += " --- |";
  }
  fmt::print("{}\n{}\n", heading, rule);
  bool whole = true;
  unsigned runs = 0;
  std::string missing;
  for (const System& system : systems()) {
    if (system.name.find(only) == std::string::npos || interrupted()) continue;
    if (!installed(system.program)) {
      missing += fmt::format("{}: its program is not installed here.\n", system.name);
      continue;
    }
    fmt::print("| {} |", system.name);
    for (const Fault& fault : faults()) {
      try {
        const auto peer = system.make(workplace.network(), workplace.folder() / std::to_string(++runs));
        fmt::print(" {} |", cell(suffer(*peer, fault, interrupted)));
      } catch (const std::exception& error) {
        fmt::print(" failed: {} |", error.what());
        whole = false;
      }
      workplace.network().heal();
      std::fflush(stdout);
    }
    fmt::print("\n");
  }
  fmt::print("\n{}The machine: {}.\n", missing, workplace.description());
  return whole;
}

}  // namespace tally::chaos
