// What was done to the servers, as far as it decides which acknowledged adds may be lost.
#pragma once

#include <set>
#include <string>
#include <variant>
#include <vector>

#include "chaos/probes.h"

namespace tally::chaos {

// Events are told in order of time. Pure.
class History {
 public:
  explicit History(std::set<std::string> servers) : servers_(std::move(servers)) {}

  // Its memory is gone.
  void died(const std::string& server, Instant at);
  // Of its disk is left what it had at `kept`: an old copy came back, or (Instant::min()) nothing.
  void lost_disk(const std::string& server, Instant at, Instant kept = Instant::min());
  // All that had been acknowledged at `before` was found on the disk of every server.
  void spread(Instant before, Instant at);

  // Whether every holder that the acknowledgement spoke of, or that was found later, has been lost. An
  // acknowledgement speaks of that server's memory (memory), of its disk (disk), or of its memory and K of
  // the other disks, nobody knows which (peers:K).
  bool may_be_lost(const Attempt& attempt) const;

  // Whether the server's disk had been lost, and no spreading had shown since that it knows the others: it
  // has forgotten them with its disk, and if the balancer just started, too, it knows nobody until somebody
  // finds it.
  bool was_ignorant(const std::string& server, Instant at) const;

 private:
  struct Died {
    std::string server;
  };
  struct LostDisk {
    std::string server;
    Instant kept;
  };
  struct Spread {
    Instant before;
  };
  struct Event {
    Instant at;
    std::variant<Died, LostDisk, Spread> what;
  };
  class Holders;

  std::set<std::string> servers_;
  std::vector<Event> events_;
};

}  // namespace tally::chaos
