#include "cluster/disk_backlog.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tally {

void DiskBacklog::add(StreamId stream) {
  if (has_disk_) (lacks(stream) ? unwritten_ : ahead_).insert(stream);
}

void DiskBacklog::add(const Member& member) {
  if (has_disk_) unwritten_roster_.hear(member);
}

void DiskBacklog::add_removal(const ServerId& id) {
  if (has_disk_) unwritten_roster_.remove(id);
}

void DiskBacklog::add_folder_run(std::uint64_t number, FolderRuns::Run run) {
  if (has_disk_) unwritten_roster_.put(number, std::move(run));
}

Commit DiskBacklog::next() {
  Commit commit;
  if (!may_begin() || (unwritten_.empty() && unwritten_roster_.empty())) return commit;
  being_written_.emplace();
  std::set<StreamId> streams = std::exchange(unwritten_, {});
  streams.merge(std::exchange(ahead_, {}));
  for (const StreamId stream : streams) {
    const Holdings::Held& held = *holdings_.find(stream);
    const Sequence mark = held.stream.mark();
    commit.writes.push_back(
        {{stream, holdings_.server_of(held), held.on_disk, mark}, held.stream.since(held.on_disk)});
    being_written_->streams.emplace(stream, mark);
  }
  being_written_->roster = std::exchange(unwritten_roster_, {});
  commit.roster = being_written_->roster;
  return commit;
}

void DiskBacklog::written() {
  TALLY_CHECK(being_written_.has_value());
  for (const auto& [stream, mark] : being_written_->streams) {
    holdings_.durable_through(stream, mark);
    if (!lacks(stream) && unwritten_.erase(stream) > 0) ahead_.insert(stream);
  }
  being_written_.reset();
}

void DiskBacklog::not_written() {
  TALLY_CHECK(being_written_.has_value());
  for (const auto& [stream, mark] : being_written_->streams) add(stream);
  being_written_->roster.merge(unwritten_roster_);
  unwritten_roster_ = std::move(being_written_->roster);
  being_written_.reset();
  full_ = true;
}

bool DiskBacklog::has_all_of_roster() const {
  return unwritten_roster_.empty() && (!being_written_ || being_written_->roster.empty());
}

bool DiskBacklog::lacks(StreamId stream) const {
  const Holdings::Held& held = *holdings_.find(stream);
  return held.durable < held.stream.changed();
}

bool DiskBacklog::will_write(StreamId stream) const {
  const bool comes = unwritten_.contains(stream) && !full_;
  const bool is_under_way = being_written_ && being_written_->streams.contains(stream);
  return (comes || is_under_way) && lacks(stream);
}

bool DiskBacklog::has_all_counts() const {
  const auto lacks_written = [this](const auto& written) { return lacks(written.first); };
  return unwritten_.empty() &&
         (!being_written_ ||
          std::none_of(being_written_->streams.begin(), being_written_->streams.end(), lacks_written));
}

}  // namespace tally
