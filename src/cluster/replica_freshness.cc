// How a replica knows how fresh its counts are, and makes them so.
#include <utility>

#include "cluster/replica.h"

namespace tally {

namespace {
// Who was not vouched for since is asked for elsewhere: sharing alone does it twice an interval.
constexpr int kMissingIntervals = 3;
}  // namespace

std::optional<Instant> Replica::fresh_through() const {
  if (!introduced_) return Vouching::kNever;
  return vouching_.oldest();
}

void Replica::vouch(Instant now, const Place& peer, const Marks& marks) {
  const std::optional<Instant> asked = time_of(marks.echo);
  if (!asked || *asked < started_ || *asked > now) return;
  Vouching::Needed ended;
  Vouching::Needed all;
  for (const Mark& mark : marks.marks) {
    if (mark.received <= holdings_.mark(mark.stream) || mark.stream == members_.self().run) continue;
    all.emplace_back(mark.stream, mark.received);
    if (mark.server == peer.first || !digest_.runs().contains(mark.stream)) ended.push_back(all.back());
  }
  vouching_.answered(peer, *asked, std::move(ended));
  if (marks.vouched) vouching_.passed_on(marks.members, *asked - *marks.vouched, all);
}

// Of one peer a round, each in its turn.
void Replica::ask_who_vouches_for_the_missing(Instant now) {
  const Instant enough = now - kMissingIntervals * options_.share_interval;
  const bool nobody_is_missing = vouching_.oldest().value_or(now) >= enough;
  const auto& peers = members_.peers();
  auto next = asked_of_ ? peers.upper_bound(*asked_of_) : peers.begin();
  asked_of_.reset();
  if (nobody_is_missing) return;
  for (std::size_t tried = 0; tried < peers.size(); ++tried, ++next) {
    if (next == peers.end()) next = peers.begin();
    if (sharing_.is_unreachable(next->first)) continue;
    asked_of_ = next->first;
    return recovery_.ask_again(next->first);
  }
}

void Replica::begin_refreshing(Instant now) {
  refresh_ = false;
  refreshing_ = Refreshing{now, {}};
  for (const auto& [place, run] : members_.peers()) {
    if (sharing_.is_unreachable(place)) continue;
    recovery_.ask_again(place);
    refreshing_->awaited.insert(place);
  }
}

bool Replica::is_refreshed(Instant now) {
  std::erase_if(refreshing_->awaited, [this](const Place& place) { return !recovery_.is_asking(place); });
  if (refreshing_->awaited.empty()) return true;
  if (now < refreshing_->since + kRefreshLimit) return false;
  for (const Place& place : refreshing_->awaited) sharing_.kept_silent(place);  // the next one asks others
  return true;
}

}  // namespace tally
