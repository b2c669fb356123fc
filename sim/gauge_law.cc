#include "sim/gauge_law.h"

namespace tally::sim {

void check_gauge(const Server& server, const StreamLaws& laws, Verdict& verdict) {
  const Replica& replica = *server.replica();
  const StreamId run = replica.members().self().run;
  const Sequence safe = laws.held_by_peers(replica);
  const std::uint64_t adds_lost = server.counting().adds() - laws.adds_by(run, safe);
  if (replica.unshared_adds() < adds_lost) {
    verdict.broke("The gauge is too low: {} says that {} adds are unshared, and its loss would cost {}.",
                  server.setup().url, replica.unshared_adds(), adds_lost);
  }
  const Holdings::Held* held = replica.holdings().find(run);
  if (held == nullptr) return;
  const std::size_t loss = held->stream.since(safe).size();
  if (replica.unshared() >= loss) return;
  verdict.broke("The gauge is too low: {} says that {} counters are unshared, and its loss would cost {}.",
                server.setup().url, replica.unshared(), loss);
}

}  // namespace tally::sim
