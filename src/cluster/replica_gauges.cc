// What a replica's loss would cost.
#include "cluster/replica.h"

namespace tally {

std::size_t Replica::unshared() const {
  const Holdings::Held* own = holdings_.find(members_.self().run);
  return own == nullptr ? 0 : own->stream.since(sharing_.furthest()).size();
}

std::uint64_t Replica::unshared_adds() const { return adds_beyond(sharing_.furthest()); }

std::uint64_t Replica::unsynced_adds() const { return adds_beyond(held().disk); }

std::vector<Replica::PeerLag> Replica::peer_lags() const {
  std::vector<PeerLag> lags;
  for (auto& [place, through] : older_than(Instant::max())) {
    const std::uint64_t unshared = adds_beyond(sharing_.received(place));
    lags.push_back({std::move(place), through, unshared});
  }
  return lags;
}

std::uint64_t Replica::adds_beyond(Sequence mark) const {
  return counting_.adds() - sealed_adds_.up_to(mark);
}

}  // namespace tally
