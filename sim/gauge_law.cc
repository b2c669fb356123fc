#include "sim/gauge_law.h"

namespace tally::sim {

void check_gauge(const Server& server, const StreamLaws& laws, Verdict& verdict) {
  const Replica& replica = *server.replica();
  const Holdings::Held* held = replica.holdings().find(replica.members().self().run);
  if (held == nullptr) return;
  const std::size_t loss = held->stream.since(laws.held_by_peers(replica)).size();
  if (replica.unshared() >= loss) return;
  verdict.broke("The gauge is too low: {} says that {} counters are unshared, and its loss would cost {}.",
                server.setup().url, replica.unshared(), loss);
}

}  // namespace tally::sim
