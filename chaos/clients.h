// Clients that add all the time, and keep the books.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "chaos/probes.h"

namespace tally::chaos {

// Makes one add, and says what became of it: all of an Attempt but its times. Used by one thread.
using Asker = std::function<Attempt(const Probes::Add&)>;

// Reads a counter somewhere; nothing where the answer does not vouch for its age.
using Reader = std::function<std::optional<Read>(const std::string& counter)>;

struct ClientHands {
  Asker add;
  Reader read{};  // none: it never reads
};

class Clients {
 public:
  // A thread for each, adding from now on until stop().
  explicit Clients(std::vector<ClientHands> clients);
  ~Clients() { stop(); }
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  void stop();

  // After stop(): of all of them.
  AttemptsByCounter attempts() const;
  std::vector<Read> reads() const;

 private:
  struct Client {
    ClientHands hands;
    Probes probes;
    std::vector<Read> reads{};
  };
  void run(Client& client);

  std::atomic<bool> stopping_{false};
  std::vector<Client> clients_;
  std::vector<std::thread> threads_;  // last: they use the rest
};

}  // namespace tally::chaos
