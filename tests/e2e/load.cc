#include "tests/e2e/load.h"

#include "client/failover_client.h"

namespace tally::e2e {

Load::Load(net::Url balancer, std::string client, std::string counter)
    : balancer_(std::move(balancer)),
      client_(std::move(client)),
      counter_(std::move(counter)),
      thread_([this] { run(); }) {}

void Load::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

std::uint64_t Load::acknowledged() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t sum = 0;
  for (const auto& [server, count] : acknowledged_) sum += count;
  return sum;
}

std::uint64_t Load::acknowledged_by(const std::string& server) const {
  const std::lock_guard lock(mutex_);
  const auto found = acknowledged_.find(server);
  return found == acknowledged_.end() ? 0 : found->second;
}

void Load::run() {
  FailoverClient client({.balancers = {balancer_}, .client_id = client_});
  while (!stopping_) {
    const auto value = client.add(counter_);
    if (value) {
      const std::lock_guard lock(mutex_);
      ++acknowledged_[client.server()->id.text()];
    } else if (value.error().code == Errc::unknown_outcome) {
      ++unknown_;
    } else {
      ++refused_;
    }
  }
}

}  // namespace tally::e2e
