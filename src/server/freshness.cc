#include "server/freshness.h"

#include <algorithm>

namespace tally {

namespace {

std::optional<std::int64_t> staleness(Instant through, Instant now) {
  if (through == Instant::min()) return std::nullopt;
  return to_ms_rounded_up(through < now ? now - through : Duration::zero());
}

}  // namespace

void Freshness::publish(Instant through, Times oldest) {
  {
    const MutexLock lock(mutex_);
    oldest_ = std::move(oldest);
  }
  through_.store(through, std::memory_order_release);
}

Freshness::Claim Freshness::claim(Instant through, Instant now) const {
  if (through >= now - limit_) return {staleness(through, now), true};
  return {staleness(through, now), false, older_than(now - limit_)};
}

Freshness::Claim Freshness::fresh_claim(Instant through, Instant asked, Instant now) const {
  if (through >= asked) return {staleness(through, now), true};
  return {staleness(through, now), false, older_than(asked)};
}

// Two places may have one id.
std::vector<ServerId> Freshness::older_than(Instant time) const {
  std::vector<ServerId> servers;
  const MutexLock lock(mutex_);
  for (const auto& [server, vouched_at] : oldest_) {
    if (vouched_at < time && (servers.empty() || servers.back() != server)) servers.push_back(server);
  }
  return servers;
}

}  // namespace tally
