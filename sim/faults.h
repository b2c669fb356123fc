// What goes wrong, and when, by seed: crashes of one and of all, disks wiped and set back, servers that join,
// clones, partitions of every kind, bad weather, pauses, removals, and the directory's own restarts.
#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "sim/world.h"

namespace tally::sim {

class Faults {
 public:
  Faults(World& world, Random random) : world_(world), random_(random) {}

  // From now on one after the other.
  void begin() { plan_next(); }
  // No more. Everything works again, and whoever is to come back does so now.
  void end();

  std::string new_name();  // of a server that never was
  World::Disk some_disk();

 private:
  void plan_next();
  void strike();
  void crash_one();
  void come_back(const std::string& name);
  void crash_all();
  void stop_one();
  void join();
  void clone();
  void part_in_two();
  void cut_some(bool both_ways);
  void change_weather();
  void crash_directory();
  void pause_one();
  void remove_one();

  Duration some_intervals(unsigned most);
  std::vector<std::string> names(bool up) const;  // of servers that belong
  std::string one_of(const std::vector<std::string>& names);

  World& world_;
  Random random_;
  bool over_ = false;
  unsigned servers_ = 0;
  unsigned disk_percent_ = 25 * static_cast<unsigned>(random_.below(5));
};

}  // namespace tally::sim
