#include "cluster/vouching.h"

#include <algorithm>
#include <set>

namespace tally {

bool Vouching::Claims::make(Claim claim, const Holdings& holdings) {
  std::optional<Claim>& place = oldest_ ? newest_ : oldest_;
  if (claim.time > reached_ && (!place || place->time < claim.time)) place = std::move(claim);
  return check(holdings);
}

std::optional<StreamId> Vouching::awaited(const Needed& needed, const Holdings& holdings) {
  const auto lacking = std::find_if(needed.begin(), needed.end(), [&](const auto& need) {
    return holdings.mark(need.first) < need.second;
  });
  return lacking == needed.end() ? std::nullopt : std::optional(lacking->first);
}

void Vouching::Claims::add_awaited(const Holdings& holdings, std::vector<StreamId>& streams) const {
  for (const std::optional<Claim>* claim : {&oldest_, &newest_}) {
    if (!*claim) continue;
    if (const auto stream = awaited((*claim)->needed, holdings)) streams.push_back(*stream);
  }
}

bool Vouching::Claims::check(const Holdings& holdings) {
  for (std::optional<Claim>* claim : {&newest_, &oldest_}) {
    if (*claim && !awaited((*claim)->needed, holdings)) reached_ = std::max(reached_, (*claim)->time);
    if (*claim && (*claim)->time <= reached_) claim->reset();
  }
  if (!oldest_) std::swap(oldest_, newest_);
  return oldest_.has_value();
}

void Vouching::follow(const std::map<Place, StreamId>& peers, Instant now) {
  std::erase_if(peers_, [&](const auto& peer) { return !peers.contains(peer.first); });
  const Instant everybody_answered = everybody();
  for (const auto& [place, run] : peers) {
    const auto [known, fresh] = peers_.try_emplace(place, Peer{.run = run, .met = now});
    Peer& peer = known->second;
    if (fresh || peer.run == run) continue;
    peer.before_met = time_of(peer, everybody_answered);
    peer.run = run;
    peer.met = now;
  }
}

void Vouching::answered(const Place& peer, Instant asked, Needed needed) {
  const auto found = peers_.find(peer);
  if (found == peers_.end()) return;
  if (found->second.own.make({asked, std::move(needed)}, holdings_)) wait(peer, found->second);
}

void Vouching::passed_on(const std::vector<Member>& members, Instant time, const Needed& needed) {
  std::set<Place> known;
  for (const Member& member : members) known.emplace(member.id, member.url);
  const auto is_known = [&](const auto& peer) { return known.contains(peer.first); };
  if (!std::all_of(peers_.begin(), peers_.end(), is_known)) return;
  for (auto& [place, peer] : peers_) {
    if (peer.of_others.make({time, needed}, holdings_)) wait(place, peer);
  }
}

void Vouching::wait(const Place& place, const Peer& peer) {
  std::vector<StreamId> streams;
  peer.own.add_awaited(holdings_, streams);
  peer.of_others.add_awaited(holdings_, streams);
  for (const StreamId stream : streams) waiting_[stream].insert(place);
  if (waiting_.size() > 2 * kWaitsOfAPeer * peers_.size()) forget_who_waits_no_more();
}

// Streams that somebody named and that never move would stay for ever.
void Vouching::forget_who_waits_no_more() {
  waiting_.clear();
  for (const auto& [place, peer] : peers_) wait(place, peer);
}

void Vouching::reached(StreamId stream) {
  const auto waiting = waiting_.extract(stream);
  if (waiting.empty()) return;
  for (const Place& place : waiting.mapped()) {
    const auto found = peers_.find(place);
    if (found == peers_.end()) continue;
    found->second.own.check(holdings_);
    found->second.of_others.check(holdings_);
    wait(place, found->second);
  }
}

Instant Vouching::everybody() const {
  Instant earliest = Instant::max();
  for (const auto& [place, peer] : peers_) earliest = std::min(earliest, peer.own.reached());
  return earliest;
}

Instant Vouching::time_of(const Peer& peer, Instant everybody) {
  return std::max(peer.of_others.reached(), peer.met <= everybody ? peer.own.reached() : peer.before_met);
}

std::vector<std::pair<Place, Instant>> Vouching::older_than(Instant time) const {
  const Instant everybody_answered = everybody();
  std::vector<std::pair<Place, Instant>> older;
  for (const auto& [place, peer] : peers_) {
    const Instant known = time_of(peer, everybody_answered);
    if (known < time) older.emplace_back(place, known);
  }
  return older;
}

std::optional<Instant> Vouching::oldest() const {
  if (peers_.empty()) return std::nullopt;
  const Instant everybody_answered = everybody();
  Instant oldest = Instant::max();
  for (const auto& [place, peer] : peers_) oldest = std::min(oldest, time_of(peer, everybody_answered));
  return oldest;
}

}  // namespace tally
