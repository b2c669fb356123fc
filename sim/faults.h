// What goes wrong, and when, by seed. Each history has faults of some kinds only, and more of these: what breaks
// one thing often keeps another from breaking (Groce et al.: Swarm testing, ISSTA 2012).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "sim/world.h"

namespace tally::sim {

class Faults {
 public:
  Faults(World& world, Random random);

  // From now on one after the other.
  void begin() { plan_next(); }
  // No more. Everything works again, and whoever is to come back does so now.
  void end();

  std::string new_name();  // of a server that never was
  World::Disk some_disk();

 private:
  struct Kind {
    unsigned weight;
    void (Faults::*strike)();
  };
  static const Kind kKinds[];

  void plan_next();
  void strike();

  // Of servers
  void crash_one();
  void crash_one_at_its_next_output();
  void crash_all();
  void stop_one();
  void pause_one();
  void join();
  void clone();
  void remove_one();
  // Of disks
  void take_snapshot();
  void fill_a_disk();
  void fail_a_sync();
  // Of the network
  void part_in_two();
  void cut_some();
  void change_weather();
  void slow_one_down();
  // Of what others say
  void crash_directory();
  void poison();
  void lie();

  // Starts it again if it is down then, with its disk as it was, or wiped, or set back to a snapshot.
  void come_back_later(const std::string& name);
  void come_back(const std::string& name);
  Duration some_intervals(unsigned most);
  std::vector<std::string> names(bool up) const;       // of servers that belong
  std::vector<std::string> names_with_a_disk() const;  // that are up, and belong
  const std::string& one_of(const std::vector<std::string>& names);

  World& world_;
  Random random_;
  bool over_ = false;
  unsigned servers_ = 0;
  unsigned disk_percent_;
  std::vector<Kind> kinds_;  // of this history
  std::map<std::string, MemoryStore> snapshots_;
};

}  // namespace tally::sim
