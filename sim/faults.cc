#include "sim/faults.h"

#include <algorithm>

namespace tally::sim {

namespace {
constexpr std::size_t kMostServers = 9;
constexpr unsigned kLongestIntervals = 12;  // most faults last at most
constexpr unsigned kLongestPause = 40;
}  // namespace

const Faults::Kind Faults::kKinds[] = {
    {"a crash", 20, &Faults::crash_one},
    {"a crash in the midst", 10, &Faults::crash_one_at_its_next_output},
    {"a crash of all", 5, &Faults::crash_all},
    {"a graceful stop", 5, &Faults::stop_one},
    {"a move", 5, &Faults::move_one},
    {"a pause", 5, &Faults::pause_one},
    {"a new server", 5, &Faults::join},
    {"a clone", 5, &Faults::clone},
    {"a removal", 10, &Faults::remove_one},
    {"a snapshot", 5, &Faults::take_snapshot},
    {"a full disk", 5, &Faults::fill_a_disk},
    {"a failed sync", 5, &Faults::fail_a_sync},
    {"a partition", 15, &Faults::part_in_two},
    {"a cut", 15, &Faults::cut_some},
    {"weather", 15, &Faults::change_weather},
    {"a slow place", 5, &Faults::slow_one_down},
    {"a crash of a directory", 5, &Faults::crash_directory},
    {"poison", 5, &Faults::poison},
    {"a liar", 1, &Faults::lie},
};

Faults::Faults(World& world, Random random)
    : world_(world), random_(random), disk_percent_(25 * static_cast<unsigned>(random_.below(5))) {
  const bool all = random_.chance(20);
  for (const Kind& kind : kKinds) {
    if (all || random_.chance(50)) kinds_.push_back(kind);
  }
  if (kinds_.empty()) kinds_.push_back(kKinds[0]);
}

void Faults::plan_next() {
  world_.at(world_.now() + some_intervals(4), [this] {
    if (over_) return;
    strike();
    plan_next();
  });
}

void Faults::strike() {
  std::uint64_t all = 0;
  for (const Kind& kind : kinds_) all += kind.weight;
  std::uint64_t chosen = random_.below(all);
  for (const Kind& kind : kinds_) {
    if (chosen < kind.weight) {
      if ((this->*kind.strike)()) ++struck_[kind.name];
      return;
    }
    chosen -= kind.weight;
  }
}

// ---- servers

bool Faults::crash_one() {
  const auto up = names(true);
  if (up.empty()) return false;
  const std::string& name = one_of(up);
  if (up.size() + names(false).size() > 2 && random_.chance(15)) {
    world_.lose(name);
    return true;
  }
  world_.crash(name, random_.chance(50));
  come_back_later(name);
  return true;
}

bool Faults::crash_one_at_its_next_output() {
  const auto up = names(true);
  if (up.empty()) return false;
  const std::string& name = one_of(up);
  world_.server(name).crash_after(static_cast<unsigned>(random_.below(8)), random_.chance(50));
  come_back_later(name);
  return true;
}

bool Faults::crash_all() {
  const auto up = names(true);
  for (const std::string& name : up) world_.crash(name, random_.chance(50));
  const Duration away = random_.chance(50) ? Duration(1) : some_intervals(kLongestIntervals);
  world_.at(world_.now() + away, [this, up] {
    for (const std::string& name : up) come_back(name);
  });
  return true;
}

bool Faults::stop_one() {
  const auto up = names(true);
  if (up.empty()) return false;
  const std::string& name = one_of(up);
  world_.server(name).stop(some_intervals(kLongestIntervals));
  come_back_later(name);
  return true;
}

// Mostly by an operator, who stops it first.
bool Faults::move_one() {
  const auto some = names_with_a_disk();
  if (some.empty() || world_.servers().size() >= kMostServers) return false;
  const std::string& name = one_of(some);
  if (random_.chance(70)) {
    world_.server(name).stop(some_intervals(kLongestIntervals));
  } else {
    world_.crash(name, random_.chance(50));
  }
  come_back_later(name);
  world_.at(world_.now() + some_intervals(2 * kLongestIntervals), [this, name] {
    if (over_ || !world_.belongs(name) || world_.server(name).up()) return;
    if (world_.servers().size() < kMostServers) world_.move(name, new_name());
  });
  return true;
}

bool Faults::pause_one() {
  const auto up = names(true);
  if (up.empty()) return false;
  world_.server(one_of(up)).pause(some_intervals(random_.chance(20) ? kLongestPause : kLongestIntervals));
  return true;
}

bool Faults::join() {
  if (world_.servers().size() >= kMostServers) return false;
  world_.start(new_name(), some_disk());
  return true;
}

// Half of them with a copy of the data folder, the others with nothing but the id.
bool Faults::clone() {
  const auto up = names(true);
  if (up.empty() || world_.servers().size() >= kMostServers) return false;
  const Server& original = world_.server(one_of(up));
  const bool copied = original.setup().replica.has_disk && random_.chance(50);
  world_.start(new_name(), copied ? World::Disk::kept : some_disk(), original.setup().id,
               copied ? original.disk().content() : MemoryStore());
  return true;
}

// Mostly one that is down: operators seldom remove a server whose last words they still want. Some come back
// from the dead all the same.
bool Faults::remove_one() {
  const auto down = names(false);
  const auto up = names(true);
  if (down.empty() && (up.size() < 3 || random_.chance(50))) return false;
  const std::string& name = one_of(down.empty() ? up : down);
  const ServerId& id = world_.server(name).setup().id;
  const auto bear_it = std::count_if(world_.servers().begin(), world_.servers().end(),
                                     [&id](const auto& other) { return other.second->setup().id == id; });
  if (bear_it > 1 || !world_.remove(name)) return false;
  world_.at(world_.now() + some_intervals(kLongestIntervals), [this, name] {
    if (!over_ && !world_.server(name).up()) world_.restart(name);
  });
  return true;
}

void Faults::come_back_later(const std::string& name) {
  world_.at(world_.now() + some_intervals(2 * kLongestIntervals), [this, name] {
    if (!over_) come_back(name);
  });
}

void Faults::come_back(const std::string& name) {
  if (!world_.belongs(name) || world_.server(name).up()) return;
  if (!over_ && world_.server(name).setup().replica.has_disk) {
    const auto snapshot = snapshots_.find(name);
    if (random_.chance(10)) {
      world_.replace_disk(name, {});
    } else if (snapshot != snapshots_.end() && random_.chance(30)) {
      world_.replace_disk(name, snapshot->second);
    }
  }
  world_.restart(name);
}

// ---- disks

bool Faults::take_snapshot() {
  const auto some = names_with_a_disk();
  if (some.empty()) return false;
  const std::string& name = one_of(some);
  snapshots_.insert_or_assign(name, world_.server(name).disk().content());
  return true;
}

bool Faults::fill_a_disk() {
  const auto some = names_with_a_disk();
  if (some.empty()) return false;
  const std::string name = one_of(some);
  world_.server(name).disk().fill(true);
  world_.at(world_.now() + some_intervals(kLongestIntervals),
            [this, name] { world_.server(name).disk().fill(false); });
  return true;
}

bool Faults::fail_a_sync() {
  const auto some = names_with_a_disk();
  if (some.empty()) return false;
  const std::string& name = one_of(some);
  world_.server(name).disk().fail_next_sync(true);
  come_back_later(name);
  return true;
}

// ---- the network

bool Faults::part_in_two() {
  std::vector<std::string> sides[2];
  for (const std::string& name : world_.everybody()) sides[random_.below(2)].push_back(name);
  for (const std::string& one : sides[0]) {
    for (const std::string& other : sides[1]) {
      world_.cut(one, other);
      world_.cut(other, one);
    }
  }
  world_.at(world_.now() + some_intervals(kLongestIntervals), [this] { world_.network().heal(); });
  return true;
}

bool Faults::cut_some() {
  const bool both_ways = random_.chance(50);
  const auto everybody = world_.everybody();
  for (std::uint64_t cuts = 1 + random_.below(6); cuts > 0; --cuts) {
    const std::string& from = one_of(everybody);
    const std::string& to = one_of(everybody);
    world_.cut(from, to);
    if (both_ways) world_.cut(to, from);
  }
  world_.at(world_.now() + some_intervals(kLongestIntervals), [this] { world_.network().heal(); });
  return true;
}

bool Faults::change_weather() {
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
  return true;
}

bool Faults::slow_one_down() {
  const std::string name = one_of(world_.everybody());
  world_.slow_down(name, some_intervals(4));
  world_.at(world_.now() + some_intervals(2 * kLongestIntervals),
            [this, name] { world_.slow_down(name, Duration::zero()); });
  return true;
}

// ---- what others say

bool Faults::crash_directory() {
  const std::size_t which = random_.below(world_.directories());
  if (!world_.directory_up(which)) return false;
  world_.crash_directory(which);
  world_.at(world_.now() + some_intervals(kLongestIntervals), [this, which] {
    if (!world_.directory_up(which)) world_.restart_directory(which);
  });
  return true;
}

bool Faults::poison() {
  const auto up = names(true);
  if (up.empty()) return false;
  const std::string& victim = one_of(up);
  for (const Poison poison : kPoisons) world_.poison(victim, poison);
  return true;
}

bool Faults::lie() {
  const auto up = names(true);
  if (up.empty()) return false;
  world_.start_liar(one_of(up));
  return true;
}

// ---- who

std::string Faults::new_name() { return std::string(1, static_cast<char>('a' + servers_++)); }

World::Disk Faults::some_disk() {
  return random_.chance(disk_percent_) ? World::Disk::kept : World::Disk::none;
}

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

std::vector<std::string> Faults::names_with_a_disk() const {
  std::vector<std::string> with_a_disk = names(true);
  std::erase_if(with_a_disk,
                [this](const std::string& name) { return !world_.server(name).setup().replica.has_disk; });
  return with_a_disk;
}

const std::string& Faults::one_of(const std::vector<std::string>& names) {
  return names[random_.below(names.size())];
}

void Faults::end() {
  over_ = true;
  world_.network().change({});
  world_.network().heal();
  world_.network().speed_up();
  for (std::size_t which = 0; which < world_.directories(); ++which) {
    if (!world_.directory_up(which)) world_.restart_directory(which);
  }
  for (const auto& [name, server] : world_.servers()) {
    server->disk().fill(false);
    server->disk().fail_next_sync(false);
    if (server->up()) server->go_on();
    if (!world_.belongs(name) && server->up()) world_.lose(name);
    if (server->stopping()) world_.crash(name);
    if (server->up()) server->put_fuse_out();
    come_back(name);
  }
}

}  // namespace tally::sim
