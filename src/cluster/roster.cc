#include "cluster/roster.h"

#include <algorithm>

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

void Roster::forget(const ServerId& id, const std::set<StreamId>& runs) {
  std::erase_if(runs_,
                [&](const auto& member) { return member.first.first == id && runs.contains(member.second); });
}

void Roster::merge(const Roster& newer) {
  for (const ServerId& id : newer.removed_) remove(id);
  for (const auto& [place, run] : newer.runs_) hear({place.first, run, place.second});
  folder_.merge(newer.folder_);
}

bool Roster::covers(const Roster& newer) const {
  const auto knows = [this](const auto& member) {
    const auto& [place, run] = member;
    const auto known = runs_.find(place);
    return is_removed(place.first) || (known != runs_.end() && known->second == run);
  };
  return std::includes(removed_.begin(), removed_.end(), newer.removed_.begin(), newer.removed_.end()) &&
         std::all_of(newer.runs_.begin(), newer.runs_.end(), knows) && folder_.covers(newer.folder_);
}

std::vector<Member> Roster::members() const {
  std::vector<Member> members;
  for (const auto& [place, run] : runs_) members.push_back({place.first, run, place.second});
  return members;
}

}  // namespace tally
