#include "cluster/sharing.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/check.h"

namespace tally {

namespace {
constexpr unsigned kLagRounds = 2;       // a stream is passed on to a peer that lagged for more than this
constexpr unsigned kMaxSkipDoubles = 3;  // an unreachable peer is tried every 2^3rd round at least
}  // namespace

Sharing::Sharing(const Holdings& holdings, const Members& members, std::size_t part_bytes)
    : holdings_(holdings), members_(members), part_bytes_(part_bytes) {}

std::vector<Sharing::Parcel> Sharing::begin_round(std::uint64_t digest, std::uint64_t nonce, bool everyone) {
  digest_ = digest;
  nonce_ = nonce;
  // Who left its place may be back there before what is on its way has its outcome.
  std::erase_if(peers_, [this](const auto& peer) {
    const bool awaited = peer.second.busy && !members_.is_removed(peer.first.first);
    return !awaited && !members_.peers().contains(peer.first);
  });
  std::erase_if(open_shares_, [](const auto& share) { return share.second.expired(); });
  wanted_back_.clear();
  std::vector<Parcel> parcels;
  for (const auto& [place, run] : members_.peers()) {
    Peer& peer = peers_.try_emplace(place, Peer{.run = run}).first->second;
    if (peer.run != run && !peer.busy) peer = Peer{.run = run};
    for (auto& [stream, lag] : peer.lagging) ++lag.rounds;
    if (peer.busy) continue;
    if (peer.rounds_to_skip > 0 && !everyone) {
      --peer.rounds_to_skip;
      continue;
    }
    peer.to_push.clear();
    for (const auto& [stream, lag] : peer.lagging) {
      if (lag.rounds <= kLagRounds) continue;
      if (!holdings_.is_folded(stream)) {
        peer.to_push.emplace_back(stream, lag.answered);
      } else if (peer.failures == 0) {
        wanted_back_.insert(stream);
      }
    }
    peer.to_push.emplace_back(members_.self().run, peer.received);  // the first to go
    if (auto parcel = next_parcel(place, peer)) parcels.push_back(std::move(*parcel));
  }
  return parcels;
}

std::vector<Sharing::Parcel> Sharing::push_own() {
  awaited_ = holdings_.own_mark();
  std::vector<Parcel> parcels;
  for (auto& [place, peer] : peers_) {
    if (peer.busy || peer.failures > 0) continue;
    if (auto parcel = next_parcel(place, peer)) parcels.push_back(std::move(*parcel));
  }
  return parcels;
}

bool Sharing::has_idle_peer() const {
  return std::any_of(peers_.begin(), peers_.end(),
                     [](const auto& peer) { return !peer.second.busy && peer.second.failures == 0; });
}

bool Sharing::is_unreachable(const Place& place) const {
  const auto peer = peers_.find(place);
  return peer != peers_.end() && (peer->second.silent || peer->second.failures > 0);
}

void Sharing::kept_silent(const Place& place) {
  const auto peer = peers_.find(place);
  if (peer != peers_.end()) peer->second.silent = true;
}

std::optional<Sharing::Parcel> Sharing::answered(const Place& place, const Marks& marks) {
  const auto found = peers_.find(place);
  if (found == peers_.end()) return std::nullopt;  // removed meanwhile
  Peer& peer = found->second;
  if (marks.sender.id != place.first) {  // another server lives at this URL now
    failed(place);
    return std::nullopt;
  }
  if (marks.sender.run != peer.run) peer = Peer{.run = marks.sender.run};
  peer.busy = false;
  peer.failures = peer.rounds_to_skip = 0;
  const bool was_told = peer.told;
  note(peer, marks);
  if (!was_told && peer.received < holdings_.own_mark())
    peer.to_push.emplace_back(members_.self().run, peer.received);
  return next_parcel(place, peer);
}

void Sharing::told(const Place& place, const Marks& marks) {
  const auto member = members_.peers().find(place);
  if (member == members_.peers().end() || member->second != marks.sender.run) return;
  Peer& peer = peers_.try_emplace(place, Peer{.run = marks.sender.run}).first->second;
  if (peer.run != marks.sender.run) {
    if (peer.busy) return;  // with a parcel to the run before
    peer = Peer{.run = marks.sender.run};
  }
  note(peer, marks);
}

void Sharing::failed(const Place& place) {
  const auto found = peers_.find(place);
  if (found == peers_.end()) return;
  Peer& peer = found->second;
  peer.busy = false;
  peer.open.reset();
  peer.to_push.clear();
  peer.rounds_to_skip = (1U << std::min(peer.failures, kMaxSkipDoubles)) - 1;
  ++peer.failures;
}

void Sharing::put_off(const Place& place) {
  const auto found = peers_.find(place);
  if (found == peers_.end()) return;
  found->second.busy = false;
  found->second.open.reset();
  found->second.to_push.clear();
}

bool Sharing::reached(Sequence mark) const {
  return std::all_of(members_.peers().begin(), members_.peers().end(), [&](const auto& member) {
    const Peer* peer = find(member.first, member.second);
    if (peer == nullptr) return mark == Sequence{0};
    const bool unreachable = peer->failures > 0 && !peer->busy;
    return peer->received >= mark || unreachable;
  });
}

Sequence Sharing::furthest() const {
  Sequence furthest{0};
  for (const auto& [place, run] : members_.peers()) {
    if (const Peer* peer = find(place, run)) furthest = std::max(furthest, peer->received);
  }
  return furthest;
}

Sequence Sharing::received(const Place& place) const {
  const auto member = members_.peers().find(place);
  const Peer* peer = member == members_.peers().end() ? nullptr : find(place, member->second);
  return peer == nullptr ? Sequence{0} : peer->received;
}

std::vector<Sequence> Sharing::durable_marks() const {
  std::map<ServerId, Sequence> by_server;
  for (const auto& [place, run] : members_.peers()) {
    const Peer* peer = find(place, run);
    if (peer == nullptr || place.first == members_.self().id) continue;
    Sequence& durable = by_server[place.first];
    durable = std::max(durable, peer->durable);
  }
  std::vector<Sequence> marks;
  marks.reserve(by_server.size());
  for (const auto& [server, durable] : by_server) marks.push_back(durable);
  std::sort(marks.begin(), marks.end(), std::greater<>());
  return marks;
}

std::size_t Sharing::busy() const {
  return static_cast<std::size_t>(
      std::count_if(peers_.begin(), peers_.end(), [](const auto& peer) { return peer.second.busy; }));
}

const Sharing::Peer* Sharing::find(const Place& place, StreamId run) const {
  const auto peer = peers_.find(place);
  return peer == peers_.end() || peer->second.run != run ? nullptr : &peer->second;
}

std::optional<Sharing::Parcel> Sharing::next_parcel(const Place& place, Peer& peer) {
  if (!peer.open || peer.next_part == peer.open->parts()) {
    peer.open.reset();
    // One that was folded since the round began comes again with a round to come.
    std::erase_if(peer.to_push, [this](const auto& push) { return holdings_.is_folded(push.first); });
    if (peer.to_push.empty() && peer.received < awaited_ && peer.pushed < awaited_)
      peer.to_push.emplace_back(members_.self().run, peer.received);
    if (peer.to_push.empty()) return std::nullopt;
    auto [stream, after] = peer.to_push.back();
    peer.to_push.pop_back();
    if (stream == members_.self().run) {
      after = peer.told ? peer.received : holdings_.own_mark();
      if (peer.told) peer.pushed = holdings_.own_mark();
    }
    peer.open = share_of(stream, after);
    peer.next_part = 0;
  }
  peer.busy = true;
  return Parcel{place, peer.open->part(peer.next_part++)};
}

// Mostly all peers lack the same. It is copied and encoded once, however many they are.
std::shared_ptr<const OutgoingShare> Sharing::share_of(StreamId stream, Sequence after) {
  const Holdings::Held* held = holdings_.find(stream);
  Part header{members_.self(), 0, 0, 1, digest_, {stream, members_.self().id, after, after}, {}};
  std::vector<Entry> entries;
  if (held != nullptr) {  // else nothing was counted yet
    header.header.server = holdings_.server_of(*held);
    header.header.through = held->stream.mark();
    header.until_durable = stream == members_.self().run && after < awaited_;
  }
  header.nonce = nonce_;
  auto& last = open_shares_[{stream, after}];
  if (auto share = last.lock(); share && share->digest() == digest_ && share->nonce() == nonce_ &&
                                share->about().through == header.header.through &&
                                share->until_durable() == header.until_durable)
    return share;
  header.share = ++shares_;
  if (held != nullptr) entries = held->stream.since(after);
  auto share = std::make_shared<const OutgoingShare>(std::move(header), std::move(entries), part_bytes_);
  last = share;
  return share;
}

void Sharing::note(Peer& peer, const Marks& marks) {
  peer.told = true;
  peer.silent = false;
  // Brief: all but the named mark equal ours. In full: what is not named is not known there.
  if (marks.brief) {
    peer.lagging.clear();
  } else {
    std::set<StreamId> named;
    for (const Mark& mark : marks.marks) named.insert(mark.stream);
    for (const auto& [stream, held] : holdings_.all()) {
      if (!named.contains(stream)) note_lag(peer, stream, Sequence{0});
    }
  }
  for (const Mark& mark : marks.marks) {
    if (mark.stream == members_.self().run) {
      if (mark.received > holdings_.own_mark()) continue;  // nobody can hold what we did not write
      peer.received = mark.received;
      peer.durable = mark.durable;
    } else {
      note_lag(peer, mark.stream, mark.received);
    }
  }
}

void Sharing::note_lag(Peer& peer, StreamId stream, Sequence answered) {
  if (stream == members_.self().run || stream == peer.run) return;  // pushed always; its own, so never behind
  const Sequence ours = holdings_.mark(stream);
  if (answered >= ours) {
    peer.lagging.erase(stream);
    return;
  }
  const auto [lag, fresh] = peer.lagging.try_emplace(stream, Lag{answered, ours});
  if (!fresh && answered >= lag->second.goal) lag->second = {answered, ours};
  lag->second.answered = answered;
}

}  // namespace tally
