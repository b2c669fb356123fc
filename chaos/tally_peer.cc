#include "chaos/tally_peer.h"

#include <utility>

namespace tally::chaos {

TallyPeer::TallyPeer(Network& network, const std::filesystem::path& folder, std::string ack)
    : network_(network),
      ack_(std::move(ack)),
      cluster_(network, folder, {"a", "b"}, {.share_interval = e2e::seconds(1)}) {
  for (const std::string& id : cluster_.ids()) cluster_.server(id).disk().settle();
}

std::vector<Asker> TallyPeer::askers(std::size_t clients) {
  std::vector<Asker> askers;
  for (std::size_t i = 0; i < clients; ++i) {
    askers.push_back([ask = cluster_.client(i, {ack_}, i).add, ack = ack_](const Probes::Add& add) {
      Attempt attempt = ask(add);
      // 202: counted, and not held as was asked.
      if (attempt.told == Attempt::Told::acknowledged && to_text(attempt.ack) != ack)
        attempt.told = Attempt::Told::unknown;
      return attempt;
    });
  }
  return askers;
}

void TallyPeer::kill_and_restart() {
  cluster_.server("a").kill();
  cluster_.start_server("a");
}

void TallyPeer::cut_power_of(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) cluster_.server(id).kill();
  for (const std::string& id : ids) cluster_.server(id).disk().cut_power();
  for (const std::string& id : ids) cluster_.start_server(id);
}

void TallyPeer::cut_power_of_one() { cut_power_of({"a"}); }
void TallyPeer::cut_power_of_all() { cut_power_of(cluster_.ids()); }

bool TallyPeer::fail_over() {
  cluster_.server("a").kill();
  return true;
}

bool TallyPeer::part() {
  if (!network_.apart()) return false;
  network_.cut_both(cluster_.server("a").host(), cluster_.server("b").host());
  return true;
}

void TallyPeer::reunite() { network_.heal(); }

std::optional<std::map<std::string, Int128>> TallyPeer::values(const std::vector<std::string>&) {
  constexpr Duration kLimit = e2e::seconds(30);
  if (!e2e::eventually([this] { return cluster_.ready(); }, kLimit)) return std::nullopt;
  return cluster_.agree(kLimit);
}

}  // namespace tally::chaos
