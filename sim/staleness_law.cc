#include "sim/staleness_law.h"

#include <algorithm>

namespace tally::sim {

namespace {

// An age that passes through other hands was told by other clocks, which run up to 2% fast or slow: 1.02 /
// 0.98.
constexpr int kAgesMayBeShortBy = 20;
constexpr int kFreshIntervals = 3;  // between a question and its answer's end, at most

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

void StalenessLaw::counted(const Server& server, const Counted& counted, Instant now) {
  Stream& stream =
      streams_.try_emplace(counted.stream, Stream{{server.setup().id, server.setup().url}}).first->second;
  stream.adds.emplace_back(now, counted.ticket);
}

void StalenessLaw::look(const std::vector<Server*>& holders, Instant now) {
  for (auto& [id, stream] : streams_) {
    stream.is_open = false;
    std::map<Place, Sequence> marks;
    for (const auto& [place, history] : stream.held) marks[place] = Sequence{0};  // for whoever is lost now
    for (const Server* holder : holders) {
      Sequence& mark = marks[{holder->setup().id, holder->setup().url}];
      mark = holder->disk().content().mark(id);
      if (!holder->up()) continue;
      mark = std::max(mark, holder->replica()->holdings().mark(id));
      stream.is_open |= holder->replica()->members().self().run == id;
    }
    for (const auto& [place, mark] : marks) {
      History& held = stream.held[place];
      if (held.empty() || held.back().second != mark) held.emplace_back(now, mark);
    }
  }
}

bool StalenessLaw::is_known(const Stream& stream, StreamId id, const Server& server) {
  const Members& members = server.replica()->members();
  return members.peers().contains(stream.place) || members.is_over(stream.place.first, id);
}

Sequence StalenessLaw::at(Instant time, const History& history) {
  const auto later = std::lower_bound(history.begin(), history.end(), time,
                                      [](const auto& entry, Instant sought) { return entry.first < sought; });
  return later == history.begin() ? Sequence{0} : std::prev(later)->second;
}

// All the time: what was lost at a place and came back there, from a message that had long been under way,
// say, was in nobody's hands meanwhile.
bool StalenessLaw::has_held(Sequence ticket, Instant since, const History& history) {
  return at(since, history) >= ticket && std::all_of(history.begin(), history.end(), [&](const auto& entry) {
           return entry.first < since || entry.second >= ticket;
         });
}

// Of one that nobody named to it, a server cannot speak.
std::string StalenessLaw::holder(const Stream& stream, Sequence ticket, Instant since, const Server& server) {
  if (stream.is_open) return "its run";
  for (const auto& [place, history] : stream.held) {
    const bool is_known = server.replica()->members().peers().contains(place);
    if (is_known && has_held(ticket, since, history)) return place.second;
  }
  return {};
}

void StalenessLaw::check(const Server& server, Instant now) {
  const Replica& replica = *server.replica();
  const auto claimed = replica.fresh_through();
  if (!server.ready() || replica.removed() || !claimed || *claimed == Vouching::kNever) return;
  const Instant said = server.world_time(*claimed);
  const Instant through = said - (now - said) / kAgesMayBeShortBy;
  for (const auto& [id, stream] : streams_) {
    if (id == replica.members().self().run || !is_known(stream, id, server)) continue;
    const Sequence ticket = at(through, stream.adds);
    if (replica.holdings().mark(id) >= ticket) continue;
    const std::string holder = this->holder(stream, ticket, through, server);
    if (holder.empty()) continue;
    return verdict_.broke(
        "Dishonest staleness: {} says that it has all that was counted before {:.3f} s, and holds stream "
        "{:.8} "
        "of {} up to {}; {} held it up to {} by then, and does.",
        server.setup().url, seconds(through.time_since_epoch()), id.text(), stream.place.second,
        number(replica.holdings().mark(id)), holder, number(ticket));
  }
}

void StalenessLaw::check_that_it_is_fresh(const Server& server, const std::vector<Server*>& running,
                                          Instant now) {
  const Replica& replica = *server.replica();
  for (const auto& [place, run] : replica.members().peers()) {
    const bool runs = std::any_of(running.begin(), running.end(), [&](const Server* other) {
      return other->replica()->members().self() == Member{place.first, run, place.second};
    });
    if (!runs) return;  // nobody vouches for it, nor for what it may hold of others
  }
  const auto claimed = replica.fresh_through();
  if (!claimed) return;
  const Duration limit = kFreshIntervals * server.setup().replica.share_interval + std::chrono::seconds(1);
  if (*claimed != Vouching::kNever && now - server.world_time(*claimed) <= limit) return;
  verdict_.broke(
      "Stale without need: {} hears all others, and has what they counted before {:.3f} s at {:.3f} s.",
      server.setup().url,
      *claimed == Vouching::kNever ? 0 : seconds(server.world_time(*claimed).time_since_epoch()),
      seconds(now.time_since_epoch()));
}

}  // namespace tally::sim
