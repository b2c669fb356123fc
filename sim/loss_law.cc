#include "sim/loss_law.h"

#include <algorithm>
#include <set>

namespace tally::sim {

void LossLaw::lost_something(const Written& written, const std::vector<Server*>& holders) {
  std::map<StreamId, Sequence> held;
  std::set<StreamId> open;
  for (const Server* server : holders) {
    const auto holds = [&held](StreamId stream, Sequence mark) {
      held[stream] = std::max(held[stream], mark);
    };
    for (const auto& [stream, ignored] : written) holds(stream, server->disk().content().mark(stream));
    if (!server->up()) continue;
    open.insert(server->replica()->members().self().run);
    for (const auto& [stream, mine] : server->replica()->holdings().all()) holds(stream, mine.stream.mark());
  }
  for (const auto& [stream, ignored] : written) {
    if (open.contains(stream)) continue;
    const auto [kept, fresh] = kept_.try_emplace(stream, held[stream]);
    kept->second = std::min(kept->second, held[stream]);
  }
}

void LossLaw::check(const Written& written, const Holdings& holder, Verdict& verdict) const {
  for (const auto& [stream, kept] : kept_) {
    if (holder.mark(stream) >= kept) continue;
    return verdict.broke(
        "More was lost than the bound: somebody held stream {:.8} of '{}' up to {} when its holders were "
        "last "
        "lost, and now all hold it up to {}.",
        stream.text(), written.at(stream).server.text(), number(kept), number(holder.mark(stream)));
  }
}

}  // namespace tally::sim
