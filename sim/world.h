// Servers, a directory, clients and the network between them, in virtual time; and the laws, which are
// checked as it goes. Stories and the simulator of random faults both happen in one of these.
#pragma once

#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "sim/ack_law.h"
#include "sim/client.h"
#include "sim/directory.h"
#include "sim/event_queue.h"
#include "sim/ledger.h"
#include "sim/liar.h"
#include "sim/loss_law.h"
#include "sim/move_law.h"
#include "sim/network.h"
#include "sim/poison.h"
#include "sim/recovery_law.h"
#include "sim/removal_law.h"
#include "sim/sabotage.h"
#include "sim/server.h"
#include "sim/staleness_law.h"
#include "sim/stream_laws.h"
#include "sim/trace.h"
#include "sim/verdict.h"

namespace tally::sim {

class World final : private Watcher {
 public:
  struct Options {
    std::uint64_t seed = 1;
    Duration interval = std::chrono::seconds(1);
    std::size_t part_bytes = 64 * 1024;
    std::size_t staged_bytes = ReplicaOptions{}.staging.bytes;
    std::size_t counters_in_use = 12;
    unsigned high_percent = 0;  // of the adds: to counters near the limits of 64 bits
    unsigned directories = 1;   // that know nothing of each other
    unsigned disk_percent = 2;  // of an interval: what a commit takes
    int most_drift_ppm = 0;     // of clocks, either way
    unsigned intervals_between_checks = 1;
    Sabotage* sabotage = nullptr;
    std::ostream* trace = nullptr;
  };

  explicit World(const Options& options);
  ~World() override;

  Duration interval() const { return options_.interval; }
  Instant now() const { return queue_.now(); }
  Random fork_random(std::string_view purpose) const;

  // Lets `count` share intervals pass, or fewer if a law breaks.
  void pass(unsigned count);
  void at(Instant when, std::function<void()> happen) { queue_.at(when, std::move(happen)); }

  // ---- servers, by a short name; http://name is where it listens

  enum class Disk : std::uint8_t { none, kept };
  // Starts a server that never was there before. Several may claim one id.
  Server& start(const std::string& name, Disk disk = Disk::none);
  Server& start(const std::string& name, Disk disk, const ServerId& id, MemoryStore on_disk = {});
  // Starts it again where it was.
  Server& restart(const std::string& name);
  // As kill -9, or a power cut. What was on its way to the disk arrives there, or does not.
  void crash(const std::string& name, bool commits_finish = false);
  // For good, its disk with it.
  void lose(const std::string& name);
  // It is down, and starts elsewhere with its disk, never to come back to where it was.
  void move(const std::string& name, const std::string& new_name);
  void replace_disk(const std::string& name, MemoryStore disk);
  // By an operator's word to a directory that is up; and all others with its id. False if none is.
  bool remove(const std::string& name);
  // Something that claims everything becomes a member, as far as `name` knows.
  void start_liar(const std::string& name);
  // A share comes to it that it must not take; nothing if it is paused, or knows too little to be fooled so.
  void poison(const std::string& name, Poison poison);

  Server& server(const std::string& name) { return *servers_.at(name); }
  const std::map<std::string, std::unique_ptr<Server>>& servers() const { return servers_; }
  // That are part of the cluster: neither lost nor removed.
  bool belongs(const std::string& name) const { return !gone_.contains(name); }
  // Those that run and belong.
  std::vector<Server*> running() const;

  // ---- everything else

  Client& add_client(const std::string& name, Duration most_pause);
  void stop_clients();
  // Of several, the first is 0 and its name "directory".
  void crash_directory(std::size_t which = 0);
  void restart_directory(std::size_t which = 0);  // empty
  bool directory_up(std::size_t which = 0) const { return directories_[which].up; }
  std::size_t directories() const { return directories_.size(); }
  static std::string directory_name(std::size_t which);

  Network& network() { return network_; }
  // Between two names of servers, clients or "directory", one way.
  void cut(const std::string& from, const std::string& to);
  void slow_down(const std::string& name, Duration most);
  std::vector<std::string> everybody() const;  // all names

  Trace& trace() { return trace_; }
  // One more add of the ledger, as by a client of this server.
  void add_one(const std::string& name);
  Verdict& verdict() { return verdict_; }
  const Ledger& ledger() const { return ledger_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  // Where the running servers still differ; nothing if they agree.
  std::optional<std::string> difference() const;
  // Checks all laws that hold at any time.
  void check();
  // Long after everything works again: checks that whoever hears all that it knows says so, and that it knows
  // no place that its server left.
  void check_freshness();
  // When nobody adds any more and the servers agree: checks what was counted against what clients were told.
  void settle();

 private:
  void acted(const Server& server) override;
  void became_ready(const Server& server) override;
  void asked_to_add(const Server& server, const Add& add, const Shown& before,
                    const Result<Added>& added) override;
  void stops_in_time(const Server& server) override;
  void ends(const Server& server) override;
  void ended(const Server& server) override;
  void warned(const Server& server, const std::string& warning) override;

  struct DirectoryPlace {
    std::unique_ptr<Directory> directory;
    bool up = true;
  };

  void launch(const std::string& name);
  void something_was_lost();
  std::vector<Server*> holders() const;
  void note_all_marks();
  void check_removals();
  static std::string url(const std::string& name);

  const Options options_;
  Random random_;
  EventQueue queue_;
  Trace trace_;
  Verdict verdict_;
  Network network_;
  std::vector<DirectoryPlace> directories_;
  Sabotage honest_;
  Sabotage& sabotage_;
  StreamLaws stream_laws_;
  RecoveryLaw recovery_law_;
  RemovalLaw removal_law_;
  AckLaw ack_law_;
  LossLaw loss_law_;
  MoveLaw move_law_;
  StalenessLaw staleness_law_;
  Ledger ledger_;
  unsigned intervals_ = 0;
  std::map<std::string, std::unique_ptr<Server>> servers_;
  std::map<std::string, StreamId> first_runs_;
  std::set<std::string> gone_;
  bool somebody_was_removed_ = false;
  std::unique_ptr<Liar> liar_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::set<std::string> client_names_;
  std::set<std::string> counters_;  // that anybody counted
  std::vector<std::string> warnings_;
};

}  // namespace tally::sim
