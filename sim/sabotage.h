// Where a simulated server can be made to act wrongly: at its door, in what it sends and what it hears, in
// what it believes of its disk and its peers, and in when it ends. Each default does what is right; a
// planted bug overrides one or two (sim/plants.h). No line of this is in a program that counts.
#pragma once

#include <optional>
#include <string>

#include "cluster/replica.h"
#include "count/counting.h"
#include "sim/messages.h"
#include "sim/sim_disk.h"

namespace tally::sim {

class Server;

class Sabotage {
 public:
  Sabotage() = default;
  Sabotage(const Sabotage&) = delete;
  Sabotage& operator=(const Sabotage&) = delete;
  virtual ~Sabotage() = default;

  // A restart goes on as the run before.
  virtual bool reuses_runs() const { return false; }

  // What `server` sends of this; nothing: it does not send it.
  virtual std::optional<PeerRequest> sends(const Server&, PeerRequest request) { return request; }
  // What it hears of a share that came, and of the answer to one of its own questions.
  virtual std::string hears_share(const Server&, Counting&, std::string body) { return body; }
  virtual std::string hears_answer(const Server&, const PeerRequest&, std::string body) { return body; }
  virtual void hears_roster(const Server&, const Roster&) {}
  virtual void tells_roster(Heartbeat&) const {}

  // What it finds in its data folder of who took part, and of the runs that used it.
  virtual tally::Roster reads_roster(tally::Roster kept) const { return kept; }
  // A commit is believed to be durable as soon as it is begun.
  virtual bool trusts_a_commit_under_way() const { return false; }
  virtual SimDisk::Outcome hears_of_commit(SimDisk::Outcome outcome) const { return outcome; }
  // By whom its own stream is held, and how many other servers there are to hold it.
  virtual Replica::Held held(const Server&, Replica::Held held) { return held; }
  virtual std::size_t other_servers(const Server&, std::size_t servers) { return servers; }
  // Whether a graceful stop has nothing left to wait for.
  virtual bool may_end(const Server&, bool may) const { return may; }
};

}  // namespace tally::sim
