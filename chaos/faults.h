// What goes wrong, by seed: some faults at once, for a while; then all is mended.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "chaos/history.h"
#include "chaos/tally_cluster.h"
#include "net/boot_clock.h"

namespace tally::chaos {

// Used by the main thread. What it did to servers it tells `history`.
class Faults {
 public:
  // Of the kinds of fault those whose names contain `only`. With
  // `trace`, each is printed as it happens. `interrupted` ends every wait.
  Faults(TallyCluster& cluster, Network& network, History& history, Random random, const std::string& only,
         bool trace, std::function<bool()> interrupted);

  // Injects, waits, mends, and waits until all servers are ready.
  void round();

  // The servers of `ids` lose their power at once, and get it back.
  void cut_power(const std::vector<std::string>& ids);
  void mend();

  const std::map<std::string, unsigned>& injected() const { return injected_; }
  // What no fault explains: programs that ended by themselves, or did not become ready again.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  struct Kind {
    const char* name;
    bool needs_apart;  // hosts and disks of their own
    void (Faults::*inject)();
  };
  static std::vector<Kind> kinds();

  void kill_one();
  void kill_all();
  void freeze();
  void isolate();
  void part_two();
  void part_one_way();
  void wipe();
  void roll_back();
  void fill_disk();
  void cut_one_power();
  void cut_all_power();
  void kill_balancer();

  void note(const std::string& what) const;
  Machine& any();
  void take_down(Machine& machine);
  void pass(Duration least, Duration most);

  TallyCluster& cluster_;
  Network& network_;
  History& history_;
  Random random_;
  std::vector<Kind> kinds_;  // those that can be had here
  const bool trace_;
  const std::function<bool()> interrupted_;
  const Instant began_ = net::BootClock::now();
  std::map<std::string, unsigned> injected_;
  std::vector<std::string> complaints_;
};

}  // namespace tally::chaos
