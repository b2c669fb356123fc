// Who takes part, as far as this server knows. A removal is a fact that is kept and spread; nothing else
// shrinks the list.
//
// A member is a place (id and URL) and the run that last said there that it is this server. Two places with
// one id are two members: clones must hear each other. Ourselves is the run, not the id.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/ids.h"
#include "base/member.h"

namespace tally {

// Names a member's place; its run may change.
using Place = std::pair<ServerId, std::string>;

class Members {
 public:
  explicit Members(Member self);

  const Member& self() const { return self_; }

  // `member` said so itself: its run replaces what was known of its place. True if this run was not known
  // there before.
  bool hear(const Member& member);

  // Somebody else named `member`: it is added where its place was not known. True if so.
  bool learn(const Member& member);

  // For good. False if it was known.
  bool remove(const ServerId& id);
  bool is_removed(const ServerId& id) const { return removed_.contains(id); }

  // Everybody but ourselves, in order of place.
  const std::map<Place, StreamId>& peers() const { return peers_; }
  const std::set<ServerId>& removed() const { return removed_; }

  // Ourselves first.
  std::vector<Member> all() const;

  // Equal on two servers that know the same members, runs and removals.
  void add_to(Hash64& hash) const;

 private:
  bool is_other(const Member& member) const;

  const Member self_;
  std::map<Place, StreamId> peers_;
  std::set<ServerId> removed_;
};

}  // namespace tally
