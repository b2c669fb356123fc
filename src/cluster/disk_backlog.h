// What is known here and not on the disk: the disk is one more holder, and is given what it lacks, one commit
// at a time; what changes meanwhile is for the next. Where a mark moved and nothing changed it lacks nothing:
// while nobody counts nothing is written. Such marks go along with the next commit that there is, or a
// restart would have to ask for what lies between. Without a disk nothing is ever lacking. One thread uses
// it.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "base/ids.h"
#include "base/member.h"
#include "cluster/holdings.h"
#include "cluster/roster.h"
#include "cluster/write.h"

namespace tally {

class DiskBacklog {
 public:
  DiskBacklog(Holdings& holdings, bool has_disk) : holdings_(holdings), has_disk_(has_disk) {}

  // It is known further.
  void add(StreamId stream);
  void add(const Member& member);
  void add_removal(const ServerId& id);
  void add_folder_run(std::uint64_t number, FolderRuns::Run run);

  // Whether next() would begin a commit, if there is anything to write.
  bool may_begin() const { return !being_written_ && !full_; }
  // All that is lacking. Nothing while an earlier commit is under way, or before retry() where that found no
  // room. If not empty, written() or not_written() follows.
  Commit next();
  // The disk holds it.
  void written();
  // It has no room, and holds nothing of it: that is for the next commit.
  void not_written();
  // Perhaps there is room again.
  void retry() { full_ = false; }

  // A commit that is under way, or comes, brings what the disk lacks of `stream`.
  bool will_write(StreamId stream) const;
  // The disk holds all counts that are known.
  bool has_all_counts() const;
  // It holds all else.
  bool has_all_of_roster() const;

 private:
  bool lacks(StreamId stream) const;

  struct BeingWritten {
    std::map<StreamId, Sequence> streams;  // up to where
    Roster roster;
  };

  Holdings& holdings_;
  const bool has_disk_;
  std::set<StreamId> unwritten_;  // beyond what the disk holds or is being given
  std::set<StreamId> ahead_;      // with their marks alone
  Roster unwritten_roster_;       // likewise
  std::optional<BeingWritten> being_written_;
  bool full_ = false;
};

}  // namespace tally
