#include "chaos/clients.h"

#include <utility>

#include "net/boot_clock.h"
#include "tests/e2e/eventually.h"

namespace tally::chaos {

namespace {

// Between two adds of one client: the programs share this machine's processors with their own clients.
constexpr Duration kPause = e2e::milliseconds(4);

constexpr unsigned kAddsPerRead = 5;

}  // namespace

Clients::Clients(std::vector<ClientHands> clients) {
  for (ClientHands& hands : clients)
    clients_.push_back({std::move(hands), Probes("client-" + std::to_string(clients_.size()))});
  for (Client& client : clients_) threads_.emplace_back([this, &client] { run(client); });
}

void Clients::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

AttemptsByCounter Clients::attempts() const {
  AttemptsByCounter all;
  for (const Client& client : clients_)
    all.insert(client.probes.attempts().begin(), client.probes.attempts().end());
  return all;
}

std::vector<Read> Clients::reads() const {
  std::vector<Read> all;
  for (const Client& client : clients_) all.insert(all.end(), client.reads.begin(), client.reads.end());
  return all;
}

void Clients::run(Client& client) {
  for (unsigned turn = 1; !e2e::eventually([this] { return stopping_.load(); }, kPause); ++turn) {
    const Instant asked = net::BootClock::now();
    if (client.hands.read && turn % kAddsPerRead == 0) {
      if (auto read = client.hands.read(client.probes.newest_counter())) {
        read->asked = asked;
        client.reads.push_back(std::move(*read));
      }
      continue;
    }
    Attempt attempt = client.hands.add(client.probes.next());
    attempt.asked = asked;
    attempt.answered = net::BootClock::now();
    client.probes.record(std::move(attempt));
  }
}

}  // namespace tally::chaos
