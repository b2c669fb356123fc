// A list of members that merges: whoever keeps one and hears all others' ends up with the same. Only a
// removal shrinks it, and a removal is a fact that is kept.
//
// A member is a place (id and URL) and the run that last said there that it is this server. Two places with
// one id are two members: clones must hear each other.
//
// On a disk it says, too, which runs used the folder.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/member.h"
#include "cluster/folder_runs.h"

namespace tally {

// Names a member's place; its run may change.
using Place = std::pair<ServerId, std::string>;

class Roster {
 public:
  // `member` said so itself: its run replaces what was known of its place. True if this run was not known
  // there before. False for a removed one.
  bool hear(const Member& member);

  // Somebody else named `member`: it is added where its place was not known, nor removed. True if so.
  bool learn(const Member& member);

  // Takes what `newer`, the roster of the same server at a later time, says besides: its runs replace ours.
  void merge(const Roster& newer);
  // merge() of it would change nothing.
  bool covers(const Roster& newer) const;

  // The places of server `id` where one of `runs` was the last to speak.
  void forget(const ServerId& id, const std::set<StreamId>& runs);

  // For good. False if it was known.
  bool remove(const ServerId& id);
  bool is_removed(const ServerId& id) const { return removed_.contains(id); }

  // Of the folder that keeps this.
  void put(std::uint64_t number, FolderRuns::Run run) { folder_.put(number, std::move(run)); }
  const FolderRuns& folder() const { return folder_; }

  const std::map<Place, StreamId>& runs() const { return runs_; }
  const std::set<ServerId>& removed() const { return removed_; }
  std::vector<Member> members() const;
  bool empty() const { return runs_.empty() && removed_.empty() && folder_.empty(); }
  bool operator==(const Roster&) const = default;

 private:
  std::map<Place, StreamId> runs_;
  std::set<ServerId> removed_;
  FolderRuns folder_;
};

}  // namespace tally
