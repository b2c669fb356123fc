#include "sim/faults.h"

#include <algorithm>

namespace tally::sim {

namespace {
constexpr std::size_t kMostServers = 9;
constexpr unsigned kLongestIntervals = 12;  // a fault lasts at most
}  // namespace

Duration Faults::some_intervals(unsigned most) {
  const auto range = static_cast<std::uint64_t>((most * world_.interval()).count());
  return Duration(static_cast<Duration::rep>(1 + random_.below(range)));
}

std::vector<std::string> Faults::names(bool up) const {
  std::vector<std::string> names;
  for (const auto& [name, server] : world_.servers()) {
    if (world_.belongs(name) && server->up() == up) names.push_back(name);
  }
  return names;
}

std::string Faults::one_of(const std::vector<std::string>& names) {
  return names[random_.below(names.size())];
}

std::string Faults::new_name() { return std::string(1, static_cast<char>('a' + servers_++)); }

World::Disk Faults::some_disk() {
  return random_.chance(disk_percent_) ? World::Disk::kept : World::Disk::none;
}

void Faults::plan_next() {
  world_.at(world_.now() + some_intervals(4), [this] {
    if (over_) return;
    strike();
    plan_next();
  });
}

void Faults::strike() {
  using Fault = void (Faults::*)();
  static constexpr Fault kOften[] = {&Faults::crash_one, &Faults::part_in_two, &Faults::change_weather};
  static constexpr Fault kSeldom[] = {&Faults::crash_all, &Faults::stop_one,        &Faults::join,
                                      &Faults::clone,     &Faults::crash_directory, &Faults::pause_one,
                                      &Faults::remove_one};
  if (random_.chance(50)) return (this->*kOften[random_.below(std::size(kOften))])();
  if (random_.chance(30)) return cut_some(random_.chance(50));
  (this->*kSeldom[random_.below(std::size(kSeldom))])();
}

void Faults::crash_one() {
  const auto up = names(true);
  if (up.empty()) return;
  const std::string name = one_of(up);
  if (names(true).size() + names(false).size() > 2 && random_.chance(15)) return world_.lose(name);
  const MemoryStore before = world_.server(name).disk();
  world_.crash(name, random_.chance(50));
  const Duration away = some_intervals(kLongestIntervals);
  world_.at(world_.now() + away, [this, name, before] {
    if (over_ || !world_.belongs(name) || world_.server(name).up()) return;
    if (random_.chance(10)) world_.replace_disk(name, {});
    if (random_.chance(10)) world_.replace_disk(name, before);
    world_.restart(name);
  });
}

void Faults::come_back(const std::string& name) {
  if (world_.belongs(name) && !world_.server(name).up()) world_.restart(name);
}

void Faults::crash_all() {
  const auto up = names(true);
  for (const std::string& name : up) world_.crash(name, random_.chance(50));
  const Duration away = random_.chance(50) ? Duration(1) : some_intervals(kLongestIntervals);
  world_.at(world_.now() + away, [this, up] {
    for (const std::string& name : up) come_back(name);
  });
}

void Faults::stop_one() {
  const auto up = names(true);
  if (up.empty()) return;
  const std::string name = one_of(up);
  world_.server(name).stop(some_intervals(kLongestIntervals));
  world_.at(world_.now() + some_intervals(2 * kLongestIntervals), [this, name] { come_back(name); });
}

void Faults::join() {
  if (world_.servers().size() < kMostServers) world_.start(new_name(), some_disk());
}

void Faults::clone() {
  const auto up = names(true);
  if (up.empty() || world_.servers().size() >= kMostServers) return;
  const Server& original = world_.server(one_of(up));
  const World::Disk disk = original.setup().replica.has_disk ? World::Disk::kept : World::Disk::none;
  world_.start(new_name(), disk, original.setup().id, original.disk());
}

void Faults::part_in_two() {
  std::vector<std::string> sides[2];
  for (const std::string& name : world_.everybody()) sides[random_.below(2)].push_back(name);
  for (const std::string& one : sides[0]) {
    for (const std::string& other : sides[1]) {
      world_.cut(one, other);
      world_.cut(other, one);
    }
  }
  world_.at(world_.now() + some_intervals(kLongestIntervals), [this] { world_.network().heal(); });
}

void Faults::cut_some(bool both_ways) {
  const auto everybody = world_.everybody();
  for (std::uint64_t cuts = 1 + random_.below(6); cuts > 0; --cuts) {
    const std::string from = one_of(everybody);
    const std::string to = one_of(everybody);
    world_.cut(from, to);
    if (both_ways) world_.cut(to, from);
  }
  world_.at(world_.now() + some_intervals(kLongestIntervals), [this] { world_.network().heal(); });
}

void Faults::change_weather() {
  Weather weather;
  weather.most_delay = some_intervals(1) / (1 + static_cast<int>(random_.below(20))) + weather.least_delay;
  weather.late_by = some_intervals(3);
  const auto percent = [this](unsigned most) {
    return random_.chance(50) ? 0 : static_cast<unsigned>(random_.below(most));
  };
  weather.late_percent = percent(30);
  weather.lost_percent = percent(40);
  weather.doubled_percent = percent(40);
  weather.mangled_percent = percent(20);
  world_.network().change(weather);
}

void Faults::crash_directory() {
  if (!world_.directory_up()) return;
  world_.crash_directory();
  world_.at(world_.now() + some_intervals(kLongestIntervals), [this] {
    if (!world_.directory_up()) world_.restart_directory();
  });
}

void Faults::pause_one() {
  const auto up = names(true);
  if (!up.empty()) world_.server(one_of(up)).pause(some_intervals(kLongestIntervals));
}

// Only what was lost before: nobody removes a server whose last words they still want. Some come back from
// the dead all the same.
void Faults::remove_one() {
  for (const auto& [name, server] : world_.servers()) {
    if (world_.belongs(name) || server->up()) continue;
    const auto shares_its_id = [&](const auto& other) {
      return other.first != name && other.second->setup().id == server->setup().id;
    };
    if (std::any_of(world_.servers().begin(), world_.servers().end(), shares_its_id)) continue;
    world_.remove(name);
    world_.at(world_.now() + some_intervals(kLongestIntervals), [this, name = name] {
      if (!over_ && !world_.server(name).up()) world_.restart(name);
    });
    return;
  }
}

void Faults::end() {
  over_ = true;
  world_.network().change({});
  world_.network().heal();
  if (!world_.directory_up()) world_.restart_directory();
  for (const auto& [name, server] : world_.servers()) {
    if (!world_.belongs(name) && server->up()) world_.lose(name);
    if (server->stopping()) world_.crash(name);
    come_back(name);
  }
}

}  // namespace tally::sim
