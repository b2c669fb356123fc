#include "cluster/folder_runs.h"

#include <algorithm>
#include <utility>

namespace tally {

void FolderRuns::put(std::uint64_t number, Run run) {
  runs_.insert_or_assign(number, std::move(run));
  if (runs_.size() > kMost) runs_.erase(runs_.begin());
}

void FolderRuns::merge(const FolderRuns& newer) {
  for (const auto& [number, run] : newer.runs_) put(number, run);
}

bool FolderRuns::covers(const FolderRuns& newer) const {
  return std::all_of(newer.runs_.begin(), newer.runs_.end(), [this](const auto& numbered) {
    const auto known = runs_.find(numbered.first);
    return known != runs_.end() && known->second == numbered.second;
  });
}

std::set<StreamId> FolderRuns::left_behind_at_others_than(const std::string& url) const {
  std::set<StreamId> left;
  std::set<std::string> stopped_at;
  std::for_each(runs_.rbegin(), runs_.rend(), [&](const auto& numbered) {
    const Run& run = numbered.second;
    if (run.over) stopped_at.insert(run.url);
    if (run.url != url && stopped_at.contains(run.url)) left.insert(run.run);
  });
  return left;
}

}  // namespace tally
