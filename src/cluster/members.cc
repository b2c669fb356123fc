#include "cluster/members.h"

namespace tally {

std::size_t Members::other_servers() const {
  std::set<ServerId> ids;
  for (const auto& [place, run] : peers()) ids.insert(place.first);
  ids.erase(self_.id);
  return ids.size();
}

bool Members::has_ended(const ServerId& id, StreamId run) const {
  if (is_removed(id)) return run != self_.run;
  bool named = id == self_.id;
  if (named && run == self_.run) return false;
  for (auto peer = peers().lower_bound({id, ""}); peer != peers().end() && peer->first.first == id; ++peer) {
    if (peer->second == run) return false;
    named = true;
  }
  return named;
}

std::vector<Member> Members::all() const {
  std::vector<Member> members = peers_.members();
  members.insert(members.begin(), self_);
  return members;
}

// In order of place, ourselves among the others. Nothing is copied: this is done for every share interval.
void Members::add_to(Hash64& hash) const {
  const auto add = [&hash](const Place& place, StreamId run) {
    hash.add(place.first.text()).add(place.second).add(run.high).add(run.low);
  };
  const Place own{self_.id, self_.url};
  const auto after_own = peers().upper_bound(own);
  for (auto peer = peers().begin(); peer != after_own; ++peer) add(peer->first, peer->second);
  add(own, self_.run);
  for (auto peer = after_own; peer != peers().end(); ++peer) add(peer->first, peer->second);
  for (const ServerId& id : removed()) hash.add(id.text());
}

}  // namespace tally
