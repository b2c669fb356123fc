#include "sim/ack_law.h"

#include <algorithm>
#include <set>

namespace tally::sim {

void AckLaw::lost(const Server& server, Instant when) {
  losses_.push_back({server.setup().id, server.setup().url, when});
  for (auto from = came_from_.find(server.setup().url); from != came_from_.end();
       from = came_from_.find(from->second)) {
    losses_.push_back({server.setup().id, from->second, when});
  }
}

bool AckLaw::lost_its_own(const Ledger::Attempt::Place& add) const {
  return std::any_of(losses_.begin(), losses_.end(),
                     [&add](const Loss& loss) { return loss.url == add.url && loss.when >= add.when; });
}

std::size_t AckLaw::other_servers_lost_since(const Ledger::Attempt::Place& add) const {
  std::set<ServerId> servers;
  for (const Loss& loss : losses_) {
    if (loss.id != add.id && loss.when >= add.when) servers.insert(loss.id);
  }
  return servers.size();
}

void AckLaw::check(const Ledger& ledger, const Holdings& holder, Verdict& verdict) const {
  for (const auto& [counter, attempts] : ledger.attempts()) {
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      const Ledger::Attempt& attempt = attempts[i];
      if (attempt.told != Ledger::Attempt::Told::acknowledged || !attempt.counted) continue;
      const Ledger::Attempt::Place& add = *attempt.counted;
      if (add.counted.ticket <= holder.mark(add.counted.stream)) continue;
      if (attempt.held.disk && !lost_its_own(add)) {
        return verdict.broke("Lost from a disk: add {} to {} was durable at {} when it was acknowledged.", i,
                             counter, add.url);
      }
      const std::size_t lost = other_servers_lost_since(add);
      if (lost < attempt.held.peers) {
        return verdict.broke(
            "Lost by the peers: {} of them held add {} to {} of {} when it was acknowledged, of whom {} at "
            "most were lost.",
            attempt.held.peers, i, counter, add.url, lost);
      }
    }
  }
}

}  // namespace tally::sim
