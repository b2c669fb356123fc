// Clients that add all the time, and keep the books.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "chaos/probes.h"

namespace tally::chaos {

// Makes one add, and says what became of it: server, told, ack. Used by one thread.
using Asker = std::function<Attempt(const Probes::Add&)>;

class Clients {
 public:
  // A thread for each, adding from now on until stop().
  explicit Clients(std::vector<Asker> askers);
  ~Clients() { stop(); }
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  void stop();
  std::uint64_t adds() const { return adds_; }  // so far

  // After stop(): of all of them.
  AttemptsByCounter attempts() const;

 private:
  void run(const Asker& ask, Probes& probes);

  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> adds_{0};
  std::vector<Asker> askers_;
  std::vector<Probes> probes_;
  std::vector<std::thread> threads_;  // last: they use the rest
};

}  // namespace tally::chaos
