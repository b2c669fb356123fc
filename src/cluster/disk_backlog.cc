#include "cluster/disk_backlog.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tally {

void DiskBacklog::add(StreamId stream) {
  if (has_disk_) unwritten_.insert(stream);
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
  for (const StreamId stream : std::exchange(unwritten_, {})) {
    const Holdings::Held& held = *holdings_.find(stream);
    const Sequence mark = held.stream.mark();
    commit.writes.push_back(
        {{stream, holdings_.server_of(held), held.durable, mark}, held.stream.since(held.durable)});
    being_written_->streams.emplace(stream, mark);
  }
  being_written_->roster = std::exchange(unwritten_roster_, {});
  commit.roster = being_written_->roster;
  return commit;
}

void DiskBacklog::written() {
  TALLY_CHECK(being_written_.has_value());
  for (const auto& [stream, mark] : being_written_->streams) holdings_.durable_through(stream, mark);
  being_written_.reset();
}

void DiskBacklog::not_written() {
  TALLY_CHECK(being_written_.has_value());
  for (const auto& [stream, mark] : being_written_->streams) unwritten_.insert(stream);
  being_written_->roster.merge(unwritten_roster_);
  unwritten_roster_ = std::move(being_written_->roster);
  being_written_.reset();
  full_ = true;
}

bool DiskBacklog::has_all_of_roster() const {
  return unwritten_roster_.empty() && (!being_written_ || being_written_->roster.empty());
}

bool DiskBacklog::has_all_counts() const {
  const auto has = [this](StreamId stream) {
    const Holdings::Held& held = *holdings_.find(stream);
    return held.durable >= held.stream.changed();  // what was sealed since is empty
  };
  const auto has_written = [&](const auto& written) { return has(written.first); };
  return std::all_of(unwritten_.begin(), unwritten_.end(), has) &&
         (!being_written_ ||
          std::all_of(being_written_->streams.begin(), being_written_->streams.end(), has_written));
}

}  // namespace tally
