#include "sim/recovery_law.h"

namespace tally::sim {

void RecoveryLaw::starts(const std::string& url, const std::vector<Server*>& running, Instant limit) {
  Start& start = starts_[url] = {limit, {}};
  for (const Server* server : running) {
    auto& marks = start.marks[server->replica()->members().self().run];
    for (const auto& [stream, held] : server->replica()->holdings().all()) marks[stream] = held.stream.mark();
  }
}

void RecoveryLaw::becomes_ready(const Server& server, const std::vector<Server*>& running, Instant now) {
  const Start& start = starts_.at(server.setup().url);
  if (now >= start.limit) return;
  const Replica& replica = *server.replica();
  for (const Server* peer : running) {
    const Member& other = peer->replica()->members().self();
    const auto marks = start.marks.find(other.run);
    const auto known = replica.members().peers().find({other.id, other.url});
    if (marks == start.marks.end() || known == replica.members().peers().end()) continue;
    if (known->second != other.run || server.failed_to_ask(other.url)) continue;
    for (const auto& [stream, mark] : marks->second) {
      if (replica.holdings().mark(stream) >= mark) continue;
      return verdict_.broke(
          "Ready too early: {} is ready and holds stream {:.8} up to {}, which {} held up to {} when it "
          "started.",
          server.setup().url, stream.text(), number(replica.holdings().mark(stream)), other.url,
          number(mark));
    }
  }
}

}  // namespace tally::sim
