// Adds whose replies wait until a disk, or peers, hold them too: the rule of the program's
// server/confirmations.
#pragma once

#include <deque>
#include <map>

#include "sim/messages.h"

namespace tally::sim {

class WaitingAdds {
 public:
  // `counted.held` is what the reply waits for.
  void wait(const Counted& counted, Instant deadline, Reply reply);

  // How far our own stream is held now: answers those that have what they wait for.
  void release(const Replica::Held& held);
  // Answers those whose deadline has come, with less than they asked for.
  void give_up(Instant now);

  bool empty() const { return queues_.empty(); }

 private:
  struct Waiting {
    Counted counted;
    Instant deadline;
    Reply reply;
  };

  Sequence held_by(std::uint32_t peers) const;
  Ack got(Sequence ticket, std::uint32_t peers) const;

  Replica::Held held_;
  std::map<std::uint32_t, std::deque<Waiting>> queues_;  // by how many peers they wait for; 0: for the disk
};

}  // namespace tally::sim
