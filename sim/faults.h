// What goes wrong, and when, by seed. Each history has faults of some kinds only, and more of these: what
// breaks one thing often keeps another from breaking (Groce et al.: Swarm testing, ISSTA 2012).
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

  // How often each kind struck.
  const std::map<std::string, unsigned>& struck() const { return struck_; }

  std::string new_name();  // of a server that never was
  World::Disk some_disk();

 private:
  struct Kind {
    const char* name;
    unsigned weight;
    bool (Faults::*strike)();  // false: there was nothing to strike
  };
  static const Kind kKinds[];

  void plan_next();
  void strike();

  // Of servers
  bool crash_one();
  bool crash_one_at_its_next_output();
  bool crash_all();
  bool stop_one();
  bool move_one();
  bool pause_one();
  bool join();
  bool clone();
  bool remove_one();
  // Of disks
  bool take_snapshot();
  bool fill_a_disk();
  bool fail_a_sync();
  // Of the network
  bool part_in_two();
  bool cut_some();
  bool change_weather();
  bool slow_one_down();
  // Of what others say
  bool crash_directory();
  bool poison();
  bool lie();

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
  std::map<std::string, unsigned> struck_;
  std::map<std::string, MemoryStore> snapshots_;
};

}  // namespace tally::sim
