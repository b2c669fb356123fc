// The laws of acknowledgements. An add acknowledged by a disk survives everything but the loss of that disk.
// An add acknowledged by k peers survives the loss of its own server's disk and of k-1 other servers.
//
// A server is lost with its disk, or, if it has none, with its process; two places with one id are one
// server. What is lost between a peer's word and the acknowledgement that rests on it cannot be told from
// what is lost just after: so losses count from the add on.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/ids.h"
#include "sim/ledger.h"
#include "sim/server.h"
#include "sim/verdict.h"

namespace tally::sim {

class AckLaw {
 public:
  // Its folder is at another URL now: what is lost there is lost of what it counted here, too.
  void moved(const std::string& from, const std::string& to) { came_from_[to] = from; }
  // What the server at this place held is not promised any more.
  void lost(const Server& server, Instant when);
  // Nor what it counts from now on.
  void removed(const Server& server) { lost(server, Instant::max()); }

  // At the end, when all servers agree with `holder`.
  void check(const Ledger& ledger, const Holdings& holder, Verdict& verdict) const;

 private:
  struct Loss {
    ServerId id;
    std::string url;
    Instant when;
  };

  bool lost_its_own(const Ledger::Attempt::Place& add) const;
  std::size_t other_servers_lost_since(const Ledger::Attempt::Place& add) const;

  std::vector<Loss> losses_;
  std::map<std::string, std::string> came_from_;
};

}  // namespace tally::sim
