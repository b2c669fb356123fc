// A client: asks the directory which server is its own, adds there for as long as that works, and moves on
// when it does not. Never sends an add again.
#pragma once

#include <set>
#include <string>

#include "base/random.h"
#include "sim/event_queue.h"
#include "sim/ledger.h"
#include "sim/network.h"

namespace tally::sim {

class Client {
 public:
  struct Setup {
    std::string name;
    std::string directory;
    Duration most_pause;  // between two adds
  };

  Client(Setup setup, EventQueue& queue, Network& network, Ledger& ledger, Random random);

  void begin();
  // Nothing is asked from now on.
  void stop() { stopped_ = true; }

 private:
  void pause();
  void go_on();
  void ask_directory();
  void add();

  const Setup setup_;
  EventQueue& queue_;
  Network& network_;
  Ledger& ledger_;
  Random random_;
  std::string server_;           // its URL; empty: to be asked for
  std::set<std::string> known_;  // all that it ever was sent to
  bool stopped_ = false;
};

}  // namespace tally::sim
