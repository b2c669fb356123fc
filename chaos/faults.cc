#include "chaos/faults.h"

#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace tally::chaos {

using e2e::milliseconds;

namespace {

constexpr Duration kReadyAgain = e2e::seconds(30);
constexpr unsigned kMostAtOnce = 3;

}  // namespace

Faults::Faults(TallyCluster& cluster, Network& network, History& history, Random random,
               const std::string& only, bool trace, std::function<bool()> interrupted)
    : cluster_(cluster),
      network_(network),
      history_(history),
      random_(random),
      kinds_(kinds()),
      trace_(trace),
      interrupted_(std::move(interrupted)) {
  std::erase_if(kinds_, [&](const Kind& kind) {
    return (kind.needs_apart && !network_.apart()) ||
           std::string_view(kind.name).find(only) == std::string_view::npos;
  });
  if (kinds_.empty()) throw std::runtime_error("no fault that can be had here is named like '" + only + "'");
}

std::vector<Faults::Kind> Faults::kinds() {
  return {{"kill -9 of one", false, &Faults::kill_one},
          {"kill -9 of all", false, &Faults::kill_all},
          {"a server stopped (SIGSTOP)", false, &Faults::freeze},
          {"a server cut off", true, &Faults::isolate},
          {"two servers apart", true, &Faults::part_two},
          {"one way cut", true, &Faults::part_one_way},
          {"disk wiped", false, &Faults::wipe},
          {"disk rolled back", false, &Faults::roll_back},
          {"disk full", true, &Faults::fill_disk},
          {"power cut of one", false, &Faults::cut_one_power},
          {"power cut of all", false, &Faults::cut_all_power},
          {"kill -9 of the balancer", false, &Faults::kill_balancer}};
}

void Faults::round() {
  for (std::uint64_t faults = 1 + random_.below(kMostAtOnce); faults > 0 && !interrupted_(); --faults) {
    const Kind& kind = kinds_[random_.below(kinds_.size())];
    ++injected_[kind.name];
    note(kind.name);
    (this->*kind.inject)();
    pass(milliseconds(100), milliseconds(700));
  }
  pass(milliseconds(100), milliseconds(1500));
  mend();
}

void Faults::mend() {
  note("mending");
  network_.heal();
  if (!cluster_.balancer().on()) cluster_.start_balancer();
  for (const std::string& id : cluster_.ids()) {
    Machine& machine = cluster_.server(id);
    if (machine.disk().can_fill()) machine.disk().make_room();
    machine.thaw();
    if (auto complaint = machine.complaint(); !complaint.empty()) {
      complaints_.push_back(std::move(complaint));
      history_.died(id, net::BootClock::now());
    }
    if (machine.on()) continue;
    if (random_.chance(50)) machine.disk().keep_copy(net::BootClock::now());
    cluster_.start_server(id);
  }
  if (!e2e::eventually([this] { return cluster_.ready(); }, kReadyAgain))
    complaints_.push_back("not all servers were ready " + to_text(kReadyAgain) + " after all was mended");
}

void Faults::note(const std::string& what) const {
  if (trace_) fmt::print("{:>8}  {}\n", to_text(net::BootClock::now() - began_), what);
}

Machine& Faults::any() {
  Machine& machine = cluster_.server(cluster_.ids()[random_.below(cluster_.ids().size())]);
  note("  server " + machine.name());
  return machine;
}

void Faults::take_down(Machine& machine) {
  if (auto complaint = machine.complaint(); !complaint.empty()) complaints_.push_back(std::move(complaint));
  machine.kill();
  if (&machine != &cluster_.balancer()) history_.died(machine.name(), net::BootClock::now());
}

void Faults::pass(Duration least, Duration most) {
  const auto more = random_.below(static_cast<std::uint64_t>((most - least).count()));
  e2e::eventually(interrupted_, least + Duration(more));
}

void Faults::kill_one() { take_down(any()); }

void Faults::kill_all() {
  for (const std::string& id : cluster_.ids()) take_down(cluster_.server(id));
}

void Faults::freeze() {
  Machine& machine = any();
  if (machine.on()) machine.freeze();
}

void Faults::isolate() {
  const Machine& machine = any();
  for (const std::string& id : cluster_.ids()) {
    const Machine& other = cluster_.server(id);
    if (&other != &machine) network_.cut_both(machine.host(), other.host());
  }
  network_.cut_both(machine.host(), cluster_.balancer().host());
  if (random_.chance(50)) network_.cut_both(machine.host(), Network::kHere);
}

void Faults::part_two() {
  const Machine& one = any();
  const Machine& other = any();
  if (&one != &other) network_.cut_both(one.host(), other.host());
}

void Faults::part_one_way() {
  const Machine& from = any();
  const Machine& to = any();
  // From oneself: replies to clients are lost.
  network_.cut(from.host(), &from == &to ? Network::kHere : to.host());
}

void Faults::wipe() {
  Machine& machine = any();
  take_down(machine);
  machine.disk().wipe();
  history_.lost_disk(machine.name(), net::BootClock::now());
}

void Faults::roll_back() {
  Machine& machine = any();
  take_down(machine);
  const auto kept = machine.disk().copied();
  if (!kept) return;
  machine.disk().roll_back();
  history_.lost_disk(machine.name(), net::BootClock::now(), *kept);
}

void Faults::fill_disk() { any().disk().fill(); }

void Faults::cut_one_power() { cut_power({any().name()}); }
void Faults::cut_all_power() { cut_power(cluster_.ids()); }

void Faults::cut_power(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) take_down(cluster_.server(id));
  for (const std::string& id : ids) cluster_.server(id).disk().cut_power();
}

void Faults::kill_balancer() { take_down(cluster_.balancer()); }

}  // namespace tally::chaos
