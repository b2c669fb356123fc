#include "chaos/clients.h"

#include <utility>

#include "net/boot_clock.h"
#include "tests/e2e/eventually.h"

namespace tally::chaos {

namespace {

// Between two adds of one client: the programs share this machine's processors with their own clients.
constexpr Duration kPause = e2e::milliseconds(4);

}  // namespace

Clients::Clients(std::vector<Asker> askers) : askers_(std::move(askers)) {
  for (std::size_t i = 0; i < askers_.size(); ++i) probes_.emplace_back("client-" + std::to_string(i));
  for (std::size_t i = 0; i < askers_.size(); ++i)
    threads_.emplace_back([this, i] { run(askers_[i], probes_[i]); });
}

void Clients::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

AttemptsByCounter Clients::attempts() const {
  AttemptsByCounter all;
  for (const Probes& probes : probes_) all.insert(probes.attempts().begin(), probes.attempts().end());
  return all;
}

void Clients::run(const Asker& ask, Probes& probes) {
  while (!e2e::eventually([this] { return stopping_.load(); }, kPause)) {
    const Instant asked = net::BootClock::now();
    Attempt attempt = ask(probes.next());
    attempt.asked = asked;
    attempt.answered = net::BootClock::now();
    probes.record(std::move(attempt));
    ++adds_;
  }
}

}  // namespace tally::chaos
