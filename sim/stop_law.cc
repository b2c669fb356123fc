#include "sim/stop_law.h"

namespace tally::sim {

void check_stop(const Server& stopping, const StreamLaws& laws, Verdict& verdict) {
  const Replica& replica = *stopping.replica();
  const StreamId own = replica.members().self().run;
  const Holdings::Held* held = replica.holdings().find(own);
  if (held == nullptr) return;
  const std::string& url = stopping.setup().url;
  const Sequence all = held->stream.changed();
  const Sequence on_disk = stopping.disk().content().mark(own);
  if (stopping.setup().replica.has_disk && on_disk < all) {
    return verdict.broke("A stop left its disk behind: {} ends, and counted up to {}, its disk holds {}.",
                         url, number(all), number(on_disk));
  }
  if (!replica.members().peers().empty() && laws.held_by_peers(replica) < all) {
    verdict.broke("A stop left others behind: {} ends, and counted up to {}, others hold {}.", url,
                  number(all), number(laws.held_by_peers(replica)));
  }
}

}  // namespace tally::sim
