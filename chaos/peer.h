// What counts, and can be compared: a system on machines of its own that goes through the same faults as the
// others.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/int128.h"
#include "chaos/clients.h"

namespace tally::chaos {

// Used by the main thread; the askers by their clients' threads. Made, it is ready and has had time to
// settle: what it wrote while it started is on disk.
class Peer {
 public:
  virtual ~Peer() = default;

  virtual std::vector<Asker> askers(std::size_t clients) = 0;

  // Each fault leaves clients somewhere to add. What an operator, or a tool in his place, does about it is
  // done here.
  virtual void kill_and_restart() = 0;  // kill -9 of the server that clients use (of one, where all are used)
  virtual void cut_power_of_one() = 0;  // the same one loses its power and gets it back
  virtual void cut_power_of_all() = 0;
  virtual bool fail_over() = 0;  // kill -9 of it, and it never comes back; false: there is no other
  virtual bool part() = 0;  // servers cannot hear each other, clients reach all; false: there is no other
  virtual void reunite() = 0;

  // These counters, as a client would read them, once what is left of the system says that it agrees; those
  // that it does not know are left out. Nothing if it never does.
  virtual std::optional<std::map<std::string, Int128>> values(const std::vector<std::string>& counters) = 0;
};

}  // namespace tally::chaos
