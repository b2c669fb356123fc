// Who takes part, as one server knows it: itself and its peers. Itself is the run, not the id.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <vector>

#include "base/hash.h"
#include "base/ids.h"
#include "base/member.h"
#include "cluster/roster.h"

namespace tally {

class Members {
 public:
  explicit Members(Member self) : self_(std::move(self)) {}

  const Member& self() const { return self_; }

  // As Roster's; what bears our run or our URL is no peer, and changes nothing.
  bool hear(const Member& member) { return is_peer(member) && peers_.hear(member); }
  bool learn(const Member& member) { return is_peer(member) && peers_.learn(member); }
  bool remove(const ServerId& id) { return peers_.remove(id); }
  bool is_removed(const ServerId& id) const { return peers_.is_removed(id); }

  // In order of place.
  const std::map<Place, StreamId>& peers() const { return peers_.runs(); }
  const std::set<ServerId>& removed() const { return peers_.removed(); }

  // Peers by their ids, ours not counted.
  std::size_t other_servers() const;

  // Ourselves first.
  std::vector<Member> all() const;

  // Equal on two servers that know the same members, runs and removals.
  void add_to(Hash64& hash) const;

 private:
  // What bears our URL is ourselves or an earlier run of ours, whatever it is called.
  bool is_peer(const Member& member) const { return member.run != self_.run && member.url != self_.url; }

  const Member self_;
  Roster peers_;
};

}  // namespace tally
