#include "cluster/digest.h"

#include <utility>

#include "base/hash.h"

namespace tally {

// Streams on the move are left out, each server being at another point of them; a member's stream that is
// long missing here is not.
void Digest::refresh(const Members& members, const Holdings& holdings) {
  Hash64 hash;
  members.add_to(hash);
  std::map<StreamId, std::uint64_t> runs;
  const auto keep = [&](StreamId run) {
    const auto met = runs_.find(run);
    runs.emplace(run, met == runs_.end() ? rounds_ : met->second);
  };
  keep(members.self().run);
  for (const auto& [place, run] : members.peers()) keep(run);
  runs_ = std::move(runs);
  std::map<StreamId, Sequence> settled;
  for (const auto& [run, met] : runs_) {
    if (!is_young(met)) settled.emplace(run, Sequence{0});
  }
  on_the_move_.clear();
  for (const auto& [stream, held] : holdings.all()) {
    if (held.still_ticks >= kQuietRounds) {
      settled[stream] = held.stream.mark();
    } else if (runs_.contains(stream)) {
      settled.erase(stream);
    } else {
      settled[stream] = Sequence{0};
      on_the_move_.insert(stream);
    }
  }
  for (const auto& [stream, mark] : settled) hash.add(stream.high).add(stream.low).add(number(mark));
  value_ = hash.value();
}

// That its server is a member, and young, changes nothing: such streams were left out already.
bool Digest::depends_on(StreamId fresh) const {
  const auto met = runs_.find(fresh);
  return met == runs_.end() || !is_young(met->second);
}

}  // namespace tally
