#include "cluster/members.h"

#include <algorithm>

namespace tally {

std::vector<Member> Members::all() const {
  std::vector<Member> members = peers_.members();
  members.insert(members.begin(), self_);
  return members;
}

void Members::add_to(Hash64& hash) const {
  std::vector<Member> members = all();
  std::sort(members.begin(), members.end());
  for (const Member& member : members) {
    hash.add(member.id.text()).add(member.run.high).add(member.run.low).add(member.url);
  }
  for (const ServerId& id : removed()) hash.add(id.text());
}

}  // namespace tally
