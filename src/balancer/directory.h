// What a balancer knows: which servers there are, as their heartbeats say, and which of them is a client's
// own. Nothing here outlives the process, nor needs to: heartbeats bring it back. It affects routing only.
//
// Pure: it is handed the time. One thread uses it.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "api/assignment.h"
#include "api/heartbeat.h"
#include "base/duration.h"
#include "base/ids.h"
#include "base/result.h"
#include "cluster/roster.h"

namespace tally {

class Directory {
 public:
  // A server that was silent for `lease` is down.
  explicit Directory(Duration lease) : lease_(lease) {}

  // Takes a server's heartbeat, answers with all members and removals. Errc::forbidden for a removed one.
  Result<Membership> heartbeat(Instant now, const ServerId& id, const Heartbeat& heartbeat);

  // The client's server: among those that are ready; when none is, among those that were when they were last
  // heard, since a balancer that hears nobody may itself be the deaf one; then among all that were ever
  // heard. Errc::unavailable when there is none.
  Result<Assignment> assign(Instant now, std::string_view client) const;

  // In order of id.
  std::vector<ListedServer> list(Instant now) const;

  // For good: it is assigned to nobody, and its heartbeats are refused. Errc::no_such_path where nobody ever
  // named it, so that a slip of the pen does not use up an id.
  Result<void> remove(const ServerId& id);

 private:
  struct Server {
    std::string url;
    ServerState said;  // in its last heartbeat
    Instant last_seen;
  };

  bool knows(const ServerId& id) const;
  void forget(const ServerId& id);
  bool lease_runs(const Server& server, Instant now) const { return now - server.last_seen <= lease_; }

  const Duration lease_;
  Roster roster_;
  std::map<ServerId, Server> servers_;
};

}  // namespace tally
