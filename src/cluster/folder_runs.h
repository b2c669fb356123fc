// The runs that used one data folder, one after the other: where each answered, and whether it is known to be
// over. Only the folder's own server writes it; a copy of the folder is another folder, with the same past.
//
// A run is over for certain once a graceful stop says so, which is its last word. Of a folder that does not
// say so nobody knows whether it was left behind by a crash or copied from a server that still runs
// (docs/decisions/0014-servers-that-move.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/ids.h"

namespace tally {

class FolderRuns {
 public:
  static constexpr std::size_t kMost = 64;  // the newest are kept

  struct Run {
    StreamId run;
    std::string url;
    bool over = false;
    bool operator==(const Run&) const = default;
  };

  // The number of the next one.
  std::uint64_t next() const { return runs_.empty() ? 1 : runs_.rbegin()->first + 1; }
  void put(std::uint64_t number, Run run);

  // Takes what `newer`, the runs of the same folder at a later time, says besides.
  void merge(const FolderRuns& newer);
  // merge() of it would change nothing.
  bool covers(const FolderRuns& newer) const;

  // The runs at other URLs than `url` that are over: those after which one at the same URL, or itself, was
  // stopped gracefully. One URL is one server at a time.
  std::set<StreamId> left_behind_at_others_than(const std::string& url) const;

  // By number.
  const std::map<std::uint64_t, Run>& all() const { return runs_; }
  bool empty() const { return runs_.empty(); }
  bool operator==(const FolderRuns&) const = default;

 private:
  std::map<std::uint64_t, Run> runs_;
};

}  // namespace tally
