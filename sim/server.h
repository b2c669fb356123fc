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
#include "sim/drifting_clock.h"
#include "sim/event_queue.h"
#include "sim/network.h"
#include "sim/sim_disk.h"
#include "sim/trace.h"
#include "sim/waiting_adds.h"

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
  // Of one counter: what this run counted, and what the server shows.
  struct Shown {
    Int128 own;
    Int128 value;
  };
  // It was asked to count; `before` is what it showed then. Whether anybody will be told is open.
  virtual void asked_to_add(const Server& server, const Add& add, const Shown& before,
                            const Result<Added>& added) = 0;
  // A graceful stop has nothing left to wait for: it ends before its limit.
  virtual void stops_in_time(const Server& server) = 0;
  // Its process ends now, and what it has in memory is lost.
  virtual void ends(const Server& server) = 0;
  virtual void ended(const Server& server) = 0;
  virtual void warned(const Server& server, const std::string& warning) = 0;
};

class Server final : public Network::Endpoint {
 public:
  struct Setup {
    ServerId id;
    std::string url;
    ReplicaOptions replica;
    std::vector<std::string> directories;  // their URLs; none: it asks nobody
    Duration heartbeat_every;              // a third of the directories' lease
    Duration disk_takes;                   // for one commit
  };

  Server(Setup setup, EventQueue& queue, Trace& trace, Network& network, Watcher& watcher,
         Sabotage& sabotage);
  ~Server() override;

  // Starts a process. Clocks of two machines have nothing in common, nor those of one before and after.
  void start(StreamId run, const DriftingClock& clock);
  // Ends it. What was on its way to the disk arrives there, or does not.
  void crash(bool commits_finish);
  // Ends it in the midst of what it does: after so many more writes begun, messages sent and replies given.
  void crash_after(unsigned outputs, bool commits_finish);
  void put_fuse_out() { process_->fuse.reset(); }  // it does not end so after all
  // A graceful stop: shares what is unshared, then ends; at the latest after `limit`.
  void stop(Duration limit);
  // As SIGSTOP and SIGCONT: what happens to it meanwhile, it sees afterwards.
  void pause(Duration duration);
  void go_on();
  bool paused() const { return paused_; }

  const Setup& setup() const { return setup_; }
  bool up() const { return process_ != nullptr; }
  // Null while it is down.
  const Counting& counting() const { return process_->counting; }  // of one that is up
  const Replica* replica() const { return up() ? &process_->replica : nullptr; }
  // Told to stop, and not gone yet.
  bool stopping() const { return up() && process_->draining; }
  bool ready() const { return up() && process_->replica.ready(); }
  // A question of this process to that peer had no answer that could be read.
  bool failed_to_ask(const std::string& url) const { return process_->failed_to_ask.contains(url); }
  // Questions to that peer whose answers are awaited.
  struct Awaited {
    unsigned pushes = 0;
    unsigned others = 0;
  };
  const std::map<std::string, Awaited>& awaited() const { return process_->awaited; }  // by URL
  // Shares whose senders wait for the disk.
  std::size_t late_answers() const { return process_->late.size(); }
  bool reads_its_disk() const { return process_->reading; }
  // Adds, as a client that is connected to it and waits for nothing. Errors: Errc::unavailable,
  // Errc::forbidden, Errc::out_of_range.
  Result<Counted> add(const Add& add);
  Int128 value(const std::string& counter);
  // What this run counted there, sealed or not.
  std::int64_t own_total(const std::string& counter) const;
  std::vector<CollationNode> nodes(const std::string& counter);

  // Somebody, an operator or a test, tells of members.
  void tell(const std::vector<Member>& members, const std::vector<ServerId>& removed);

  // What its clock shows.
  Instant clock() const { return clock_.at(queue_.now()); }
  // When the clock of its process showed, or will show, this.
  Instant world_time(Instant shown) const { return clock_.when(shown); }

  SimDisk& disk() { return disk_; }
  const SimDisk& disk() const { return disk_; }

  void ask(const Question& question, Reply reply) override;

 private:
  struct Process {
    Process(const Member& self, const ReplicaOptions& options, Instant clock, std::uint64_t hash_seed);

    Counting counting;
    CountingThread thread;
    Replica replica;
    std::set<std::string> failed_to_ask{};
    std::set<std::string> asked_directories{};  // they answered, or failed to
    bool was_ready = false;
    bool draining = false;
    bool disk_full = false;                 // as its last commit said
    bool reading = false;                   // a stream, from its disk
    Instant wake{Instant::max()};           // by its own clock
    std::map<std::uint64_t, Reply> late{};  // peers who wait for the disk
    WaitingAdds waiting{};
    std::map<std::string, Awaited> awaited{};
    std::optional<unsigned> fuse{};  // outputs until it ends
    bool commits_finish = false;     // when it does
  };

  // Calls `happen` then if the same process still runs; if it is paused then, once it goes on.
  void when(Instant instant, std::function<void()> happen);
  // The process may have ended when this returns: its fuse may burn out at any output.
  void act(Output output);
  bool burns_out();
  void wake_at(Instant wake);
  void commit(Commit commit);
  void committed();
  void read_back(StreamId stream);
  void send(PeerRequest request);
  void hear(const PeerRequest& request, const Answer& answer);
  void answer(const Question& question, const Reply& reply);
  void give(Replica::Answer answer, const Reply& reply);
  void answer_add(const Add& add, const Reply& reply);
  Result<void> check_can_be_had(const Ack& ack) const;
  void beat(const std::string& directory);
  void finish_stopping(Instant limit);

  const Setup setup_;
  EventQueue& queue_;
  Trace& trace_;
  Network& network_;
  Watcher& watcher_;
  Sabotage& sabotage_;
  SimDisk disk_;
  DriftingClock clock_;
  std::uint64_t processes_ = 0;  // that were started here
  bool paused_ = false;
  std::uint64_t pauses_ = 0;
  std::vector<std::function<void()>> held_back_;  // what happened to it while it was paused, in order
  std::unique_ptr<Process> process_;
  std::unique_ptr<Process> corpse_;  // of the last one, which may have ended within a call of its own
};

}  // namespace tally::sim
