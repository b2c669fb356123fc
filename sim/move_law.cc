#include "sim/move_law.h"

#include <utility>

namespace tally::sim {

void MoveLaw::moved(const std::string& from, const std::string& to) {
  std::set<std::string> left;
  if (auto earlier = left_.extract(from)) left = std::move(earlier.mapped());
  if (stopped_.contains(from)) left.insert(from);
  left_[to] = std::move(left);
}

void MoveLaw::check(const std::vector<Server*>& running, Verdict& verdict) const {
  for (const Server* moved : running) {
    const auto left = left_.find(moved->setup().url);
    if (left == left_.end()) continue;
    const tally::Roster on_disk = moved->disk().content().roster();
    for (const auto& [number, run] : on_disk.folder().all()) {
      if (!left->second.contains(run.url)) continue;
      for (const Server* server : running) {
        const auto& peers = server->replica()->members().peers();
        const auto known = peers.find({moved->setup().id, run.url});
        if (known == peers.end() || known->second != run.run) continue;
        return verdict.broke(
            "A left place is still known: {} stopped at {} and started at {}, and {} waits for it there.",
            moved->setup().id.text(), run.url, moved->setup().url, server->setup().url);
      }
    }
  }
}

}  // namespace tally::sim
