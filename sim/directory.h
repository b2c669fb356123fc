// A little load balancing server: it knows what servers tell it in heartbeats and nothing else, answers with
// members and removals, and says which server is a client's own.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "cluster/members.h"
#include "sim/event_queue.h"
#include "sim/network.h"

namespace tally::sim {

class Directory final : public Network::Endpoint {
 public:
  Directory(EventQueue& queue, Duration lease) : queue_(queue), lease_(lease) {}

  void ask(const Question& question, Reply reply) override;

  // An operator's DELETE.
  void remove(const ServerId& id);
  // As a restart does.
  void forget_everything();

 private:
  struct Known {
    StreamId run;
    std::optional<Instant>
        ready_at;  // when it last said so; nothing if it never did, or only others named it
  };

  void hear(const Heartbeat& heartbeat);
  std::optional<std::string> server_of(const std::string& client) const;

  EventQueue& queue_;
  const Duration lease_;
  std::map<Place, Known> known_;
  std::set<ServerId> removed_;
};

}  // namespace tally::sim
