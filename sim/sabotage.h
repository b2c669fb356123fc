// Wrong variants of the protocol, acted out at a server's door: what a replica with that bug would send, or
// would believe. The simulator has to catch every one of them; that is how we know that it looks.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "cluster/replica.h"
#include "count/counting.h"
#include "sim/messages.h"

namespace tally::sim {

class Server;

enum class Plant : std::uint8_t {
  a_restart_goes_on_with_its_old_run,
  a_mark_is_taken_before_its_entries,
  parts_are_not_staged,
  a_share_that_came_twice_is_summed,
  nothing_is_passed_on,
  a_gap_is_ignored,
  an_empty_list_of_members_is_believed,
  recovery_skips_ones_own_old_streams,
};

class Sabotage {
 public:
  explicit Sabotage(Plant plant) : plant_(plant) {}

  // In memory only: a replica refuses to be restored from a disk that holds its own run.
  bool reuses_runs() const { return plant_ == Plant::a_restart_goes_on_with_its_old_run; }

  // Whether `server` sends this at all.
  bool sends(const Server& server, const PeerRequest& request) const;
  // `body` is a share that came to `server`, or the answer to one of its own questions: what it hears of it.
  std::string hears_share(const Server& server, Counting& counting, std::string body);
  std::string hears_answer(const Server& server, const PeerRequest& asked, std::string body);
  void hears_roster(const Server& server, const Roster& roster);
  void tells_roster(Heartbeat& heartbeat) const;

 private:
  std::string twisted(const Server& server, Counting& counting, Part part);

  const Plant plant_;
  Counting scratch_{1, 1};  // what is encoded again needs counters to name
  CountingThread names_{scratch_};
  std::map<std::string, std::set<std::string>> roster_;  // by server: the URLs that it was last told
};

}  // namespace tally::sim
