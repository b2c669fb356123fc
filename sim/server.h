// A counting server without sockets, clocks and disks of its own: the same Replica as in the program, and
// around it what the program's shell does. It is a place (id, URL, disk) where one process after the other
// runs; a crash destroys the process and all that it had in memory.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cluster/replica.h"
#include "count/counting.h"
#include "sim/event_queue.h"
#include "sim/network.h"
#include "sim/trace.h"
#include "store/memory_store.h"

namespace tally::sim {

class Sabotage;
class Server;

// Hears at once of what a server does.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // Its replica was called: marks may have moved.
  virtual void acted(const Server& server) = 0;
  virtual void became_ready(const Server& server) = 0;
  // An add was counted; whether anybody will be told is open.
  virtual void counted(const Server& server, const Add& add, const Counted& counted) = 0;
  // Its process is gone, and what it had in memory.
  virtual void ended(const Server& server) = 0;
  virtual void warned(const Server& server, const std::string& warning) = 0;
};

class Server final : public Network::Endpoint {
 public:
  struct Setup {
    ServerId id;
    std::string url;
    ReplicaOptions replica;
    std::string directory;     // its URL; empty: there is none
    Duration heartbeat_every;  // a third of the directory's lease
    Duration disk_takes;       // for one commit
  };

  Server(Setup setup, EventQueue& queue, Trace& trace, Network& network, Watcher& watcher,
         Sabotage* sabotage);
  ~Server() override;

  // Starts a process. `clock` is what its clock shows now: those of two machines have nothing in common.
  void start(StreamId run, Instant clock);
  // Ends it. What was on its way to the disk arrives there, or does not.
  void crash(bool commits_finish);
  // A graceful stop: shares what is unshared, then ends; at the latest after `limit`.
  void stop(Duration limit);
  // As SIGSTOP and SIGCONT: what happens to it meanwhile, it sees afterwards.
  void pause(Duration duration);

  const Setup& setup() const { return setup_; }
  bool up() const { return process_ != nullptr; }
  // Null while it is down.
  const Replica* replica() const { return up() ? &process_->replica : nullptr; }
  // Told to stop, and not gone yet.
  bool stopping() const { return up() && process_->draining; }
  bool ready() const { return up() && process_->replica.ready(); }
  // A question of this process to that peer had no answer that could be read.
  bool failed_to_ask(const std::string& url) const { return process_->failed_to_ask.contains(url); }
  // Adds, as a client that is connected to it. Errors: Errc::unavailable, Errc::forbidden.
  Result<Counted> add(const Add& add);
  Int128 value(const std::string& counter);
  // What this run counted there, sealed or not.
  std::int64_t own_total(const std::string& counter);
  std::vector<CollationNode> nodes(const std::string& counter);

  // Somebody, an operator or a test, tells of members.
  void tell(const std::vector<Member>& members, const std::vector<ServerId>& removed);

  // When the clock of its process showed, or will show, this.
  Instant world_time(Instant clock) const { return clock - clock_ahead_; }

  const MemoryStore& disk() const { return disk_; }
  void replace_disk(MemoryStore disk) { disk_ = std::move(disk); }

  void ask(const Question& question, Reply reply) override;

 private:
  struct Process {
    Process(const Member& self, const ReplicaOptions& options, Instant clock, std::uint64_t hash_seed);

    Counting counting;
    CountingThread thread;
    Replica replica;
    std::set<std::string> failed_to_ask{};
    bool was_ready = false;
    bool draining = false;
    Instant wake{Instant::max()};                        // by the queue's time
    std::vector<Write> committing;                       // what is on its way to the disk
    std::map<std::uint64_t, Reply> late;                 // shares whose senders wait for the disk
    std::vector<std::pair<Counted, Reply>> unconfirmed;  // adds that wait for the disk, by ticket
  };

  Instant clock() const { return queue_.now() + clock_ahead_; }
  // Calls `happen` then if the same process still runs; if it is paused then, once it goes on.
  void when(Instant instant, std::function<void()> happen);
  void act(Output output);
  void send(std::vector<PeerRequest> requests);
  void hear(const PeerRequest& request, const Answer& answer);
  void committed();
  void answer(const Question& question, const Reply& reply);
  void beat();
  void finish_stopping(Instant limit);

  const Setup setup_;
  EventQueue& queue_;
  Trace& trace_;
  Network& network_;
  Watcher& watcher_;
  Sabotage* const sabotage_;  // null in a simulation of what is right
  MemoryStore disk_;
  Duration clock_ahead_{0};
  std::uint64_t processes_ = 0;  // that were started here
  Instant paused_until_{};
  std::unique_ptr<Process> process_;
};

}  // namespace tally::sim
