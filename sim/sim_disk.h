// The disk of a simulated server. A commit is on its way for a while; then it is durable, or there is no room
// for it, or its sync fails. Whoever cuts the power chooses whether what is on its way still arrives.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>

#include "base/check.h"
#include "cluster/write.h"
#include "store/memory_store.h"

namespace tally::sim {

class SimDisk {
 public:
  // What became of a commit. After `failed` nobody knows what is durable.
  enum class Outcome : std::uint8_t { durable, full, failed };

  // What would be read after a power cut now.
  const MemoryStore& content() const { return content_; }
  void replace(MemoryStore content) { content_ = std::move(content); }

  void begin(Commit commit) {
    under_way_.push_back(std::move(commit));
    ++begun_;
  }
  std::uint64_t begun() const { return begun_; }  // commits
  bool busy() const { return !under_way_.empty(); }

  // The oldest commit that is under way comes to its end.
  Outcome finish() {
    const Commit commit = std::move(under_way_.front());
    under_way_.pop_front();
    if (full_) return Outcome::full;
    if (std::exchange(sync_fails_, false)) {
      lost_a_write_ = true;
      return Outcome::failed;
    }
    write(commit);
    return Outcome::durable;
  }

  // The process that wrote is gone, and what was on its way arrives, or does not.
  void power_cut(bool commits_finish) {
    if (commits_finish && !full_) {
      for (const Commit& commit : under_way_) write(commit);
    }
    under_way_.clear();
    lost_a_write_ = sync_fails_ = false;
  }

  void fill(bool full) { full_ = full; }
  // Of the next commit. The kernel says so once, and drops the pages: what is written after them is beyond a
  // hole in the log, where nobody reads on.
  void fail_next_sync(bool fails) { sync_fails_ = fails; }

 private:
  void write(const Commit& commit) {
    if (!lost_a_write_) TALLY_CHECK(content_.commit(commit).has_value());
  }

  MemoryStore content_;
  std::deque<Commit> under_way_;
  std::uint64_t begun_ = 0;
  bool full_ = false;
  bool sync_fails_ = false;
  bool lost_a_write_ = false;
};

}  // namespace tally::sim
