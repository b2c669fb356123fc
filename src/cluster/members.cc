#include "cluster/members.h"

namespace tally {

Members::Members(Member self) : self_(std::move(self)) {}

// What bears our URL is ourselves or an earlier run of ours, whatever it is called.
bool Members::is_other(const Member& member) const {
  return member.run != self_.run && member.url != self_.url && !is_removed(member.id);
}

bool Members::hear(const Member& member) {
  if (!is_other(member)) return false;
  const auto [place, fresh] = peers_.try_emplace({member.id, member.url}, member.run);
  if (!fresh && place->second == member.run) return false;
  place->second = member.run;
  return true;
}

bool Members::learn(const Member& member) {
  return is_other(member) && peers_.try_emplace({member.id, member.url}, member.run).second;
}

bool Members::remove(const ServerId& id) {
  if (!removed_.insert(id).second) return false;
  std::erase_if(peers_, [&id](const auto& peer) { return peer.first.first == id; });
  return true;
}

std::vector<Member> Members::all() const {
  std::vector<Member> members{self_};
  for (const auto& [place, run] : peers_) members.push_back({place.first, run, place.second});
  return members;
}

void Members::add_to(Hash64& hash) const {
  const Place own{self_.id, self_.url};
  const auto add = [&hash](const Place& place, StreamId run) {
    hash.add(place.first.text()).add(place.second).add(run.high).add(run.low);
  };
  bool self_added = false;  // ours has its place in the order, so that all members hash one sequence
  for (const auto& [place, run] : peers_) {
    if (!self_added && own < place) {
      add(own, self_.run);
      self_added = true;
    }
    add(place, run);
  }
  if (!self_added) add(own, self_.run);
  for (const ServerId& id : removed_) hash.add(id.text());
}

}  // namespace tally
