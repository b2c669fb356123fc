#include "sim/removal_law.h"

#include <algorithm>

namespace tally::sim {

void RemovalLaw::check(const StreamLaws& laws, const std::vector<Server*>& up,
                       const std::vector<Server*>& running, Verdict& verdict) {
  if (running.empty()) return;
  for (const ServerId& id : running.front()->replica()->members().removed()) {
    const bool all_know = std::all_of(up.begin(), up.end(), [&id](const Server* server) {
      return server->setup().id == id || server->replica()->members().is_removed(id);
    });
    if (!all_know) continue;
    const auto [removed, fresh] = most_.try_emplace(id);
    for (const auto& [stream, written] : laws.written()) {
      if (written.server != id) continue;
      if (fresh) removed->second[stream] = laws.most_held_by_others(stream);
      for (const Server* server : running) {
        const Sequence mark = server->replica()->holdings().mark(stream);
        const Sequence most = removed->second[stream];
        if (mark <= most) continue;
        return verdict.broke(
            "A removed server was heard: {} holds stream {:.8} of '{}' up to {}, and nobody else held it "
            "beyond {} when all knew that it was removed.",
            server->setup().url, stream.text(), id.text(), number(mark), number(most));
      }
    }
  }
}

}  // namespace tally::sim
