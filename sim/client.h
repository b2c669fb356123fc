// A client: asks a directory which server is its own, adds there for as long as that works, and moves on
// when it does not. Of each add it asks what it likes: that a disk holds it, or some peers, or nobody else.
// It never sends an add again.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "sim/event_queue.h"
#include "sim/ledger.h"
#include "sim/network.h"

namespace tally::sim {

class Client {
 public:
  struct Setup {
    std::string name;
    std::vector<std::string> directories;
    Duration most_pause;  // between two adds
    Duration patience;    // with an answer
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
  Ack some_ack();

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
