#include "cluster/roster.h"

namespace tally {

bool Roster::hear(const Member& member) {
  if (is_removed(member.id)) return false;
  const auto [place, fresh] = runs_.try_emplace({member.id, member.url}, member.run);
  if (!fresh && place->second == member.run) return false;
  place->second = member.run;
  return true;
}

bool Roster::learn(const Member& member) {
  return !is_removed(member.id) && runs_.try_emplace({member.id, member.url}, member.run).second;
}

bool Roster::remove(const ServerId& id) {
  if (!removed_.insert(id).second) return false;
  std::erase_if(runs_, [&id](const auto& member) { return member.first.first == id; });
  return true;
}

std::vector<Member> Roster::members() const {
  std::vector<Member> members;
  for (const auto& [place, run] : runs_) members.push_back({place.first, run, place.second});
  return members;
}

}  // namespace tally
