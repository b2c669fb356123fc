#include "store/rocks_store.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "count/counter.h"
#include "store/kept_parts.h"
#include "store/layout.h"

namespace tally {

namespace {

// Of a Commit, or of the Record that became of it.
template <class Recorded>
std::size_t weight_of(const Recorded& recorded) {
  std::size_t weight = 1 + recorded.roster.runs().size() + recorded.roster.removed().size() +
                       recorded.roster.folder().all().size();
  for (const auto& write : recorded.writes) weight += write.entries.size();
  return weight;
}

}  // namespace

// What some records in a row say, of each stream and of members.
struct RocksStore::Settlement {
  struct Stream {
    using Row = std::pair<std::string_view, layout::EntryRow>;

    // In order of names, which is that of keys.
    std::vector<Row> rows() const {
      std::vector<Row> sorted(newest.begin(), newest.end());
      std::sort(sorted.begin(), sorted.end(), [](const Row& a, const Row& b) { return a.first < b.first; });
      return sorted;
    }

    ServerId server;
    Sequence mark;
    std::unordered_map<std::string_view, layout::EntryRow> newest{};  // names lie in the records
  };

  // A record holds only what its stream did not have before it, so the later always replaces the earlier.
  void merge(std::string_view bytes) {
    const auto record = layout::read_record(bytes);
    TALLY_CHECK(record.has_value());  // written by us, or read once already
    roster.merge(record->roster);
    for (const auto& [header, entries] : record->writes) {
      Stream& stream =
          streams.try_emplace(header.stream, Stream{header.server, header.through}).first->second;
      stream.mark = header.through;
      for (const auto& entry : entries) rows += stream.newest.insert_or_assign(entry.name, entry.row).second;
    }
  }

  std::map<StreamId, Stream> streams{};
  std::size_t rows = 0;
  Roster roster{};
};

Result<std::unique_ptr<RocksStore>> RocksStore::open(const std::filesystem::path& folder) {
  return open(folder, Options());
}

Result<std::unique_ptr<RocksStore>> RocksStore::open(const std::filesystem::path& folder,
                                                     const Options& options) {
  auto lock = FolderLock::take(folder);
  if (!lock) return lock.error();
  auto rocks = RocksFolder::open(folder, {options.memory_bytes, options.log_step, options.env});
  if (!rocks) return rocks.error();
  std::unique_ptr<RocksStore> store(new RocksStore(std::move(*lock), std::move(*rocks), options));
  if (const auto recovered = store->recover(); !recovered) return recovered.error();
  if (options.settle_in_background) {
    store->settler_ = std::thread([raw = store.get()] { raw->settle_until_stopped(); });
  }
  return store;
}

RocksStore::RocksStore(FolderLock lock, std::unique_ptr<RocksFolder> folder, const Options& options)
    : lock_(std::move(lock)), folder_(std::move(folder)), options_(options) {}

RocksStore::~RocksStore() {
  if (!settler_.joinable()) return;
  {
    const MutexLock lock(unsettled_mutex_);
    stopping_ = true;
  }
  enough_.notify_all();
  settler_.join();
}

Result<void> RocksStore::commit(const Commit& commit) {
  const auto known = marks_.check(commit.writes);
  if (!known) return known.error();
  const Roster news = roster_.covers(commit.roster) ? Roster() : commit.roster;
  std::string value = layout::record_value(news, commit.writes, *known);
  if (value == layout::record_value({}, {}, {})) return {};  // all of it is held
  while (lags()) {
    if (const auto settled = settle(); !settled) return settled.error();
  }
  // A number that was refused for want of room is used again: nothing bears it.
  if (auto put = folder_->put(layout::record_key(next_record_), value); !put) return put;
  if (!lock_.in_place()) {
    return Error{Errc::internal,
                 "The data folder " + folder_->name() +
                     " was deleted while this server used it: what it had is lost with it. Start again; the "
                     "other servers give back what they hold."};
  }
  for (const Write& write : commit.writes) marks_.advance(write.header);
  roster_.merge(news);
  {
    const MutexLock lock(unsettled_mutex_);
    push({next_record_, std::move(value), weight_of(commit)});
    if (unsettled_weight_ >= options_.settle_entries) enough_.notify_one();
  }
  ++next_record_;
  return {};
}

Result<bool> RocksStore::settle() {
  const MutexLock one_at_a_time(settling_);
  auto records = oldest(options_.settle_entries);
  if (records.empty()) return false;

  Settlement settlement;
  RocksFolder::Batch batch;  // what makes them settled, in one step
  std::size_t taken = 0;
  do {
    settlement.merge(records[taken++]->value);
  } while (taken < records.size() && settlement.rows < options_.settle_rows);
  records.resize(taken);
  if (const auto written = write_entries(settlement); !written) return written.error();
  for (const auto& [stream, settling] : settlement.streams) {
    batch.put(layout::stream_key(stream), layout::stream_value(settling.server, settling.mark));
  }
  for (const auto& [place, run] : settlement.roster.runs()) {
    batch.put(layout::member_key(place), layout::member_value(run));
  }
  for (const ServerId& id : settlement.roster.removed()) {
    batch.put(layout::removal_key(id), layout::removal_value());
  }
  for (const auto& [number, run] : settlement.roster.folder().all()) {
    batch.put(layout::run_key(number), layout::run_value(run));
  }
  const std::uint64_t last = records.back()->number;
  // As one range: thousands of single keys would hold up the commits that wait behind this write.
  batch.erase(layout::record_key(records.front()->number), layout::record_key(last + 1));
  batch.put(layout::settled_key(), layout::number_value(last));
  if (const auto written = folder_->write(batch); !written) return written.error();

  std::vector<Unsettled> gone;  // freed when no commit waits for the lock
  gone.reserve(taken);
  const MutexLock lock(unsettled_mutex_);
  while (gone.size() < taken) {
    unsettled_weight_ -= unsettled_.front().weight;
    gone.push_back(std::move(unsettled_.front()));
    unsettled_.pop_front();
  }
  return !unsettled_.empty();
}

// Ahead of the step, some at a time: a row says no more than the records that are still there, which replace
// it until they are settled.
Result<void> RocksStore::write_entries(const Settlement& settlement) {
  RocksFolder::Batch batch;
  std::size_t rows = 0;
  for (const auto& [stream, settling] : settlement.streams) {
    // In order, RocksDB finds each one's place in its skip list beside the one before.
    for (const auto& [name, row] : settling.rows()) {
      batch.put(layout::entry_key(stream, name), layout::entry_value(row));
      if (++rows % options_.rows_at_once > 0) continue;
      if (auto written = folder_->write(batch); !written) return written;
      batch.clear();
    }
  }
  return rows % options_.rows_at_once > 0 ? folder_->write(batch) : Result<void>();
}

Result<void> RocksStore::load(const Visitor& visit) const {
  const MutexLock no_settling(settling_);
  const Settlement newer = unsettled();
  for (const auto& [stream, held] : marks_.all()) {
    if (auto shown = show(stream, newer, visit); !shown) return shown;
  }
  return {};
}

Result<void> RocksStore::read(StreamId stream, const Visitor& visit) const {
  const MutexLock no_settling(settling_);
  if (marks_.find(stream) == nullptr) return {};
  return show(stream, unsettled(), visit);
}

RocksStore::Settlement RocksStore::unsettled() const {
  Settlement all;
  for (const Unsettled* record : oldest(~std::size_t{0})) all.merge(record->value);
  return all;
}

// Rows and what is newer come both in order of names: of what both have, the newer.
Result<void> RocksStore::show(StreamId stream, const Settlement& newer, const Visitor& visit) const {
  const StreamMarks::Held& held = *marks_.find(stream);
  KeptParts parts({stream, held.server, Sequence{0}, held.mark}, visit);
  std::vector<Settlement::Stream::Row> newest;
  if (const auto found = newer.streams.find(stream); found != newer.streams.end()) {
    newest = found->second.rows();
  }
  auto next = newest.begin();
  const std::string prefix = layout::entry_prefix(stream);
  auto read = folder_->each(prefix, [&](std::string_view key, std::string_view value) -> Result<void> {
    const auto row = layout::read_entry(value);
    const std::string_view name = key.substr(prefix.size());
    if (!row || name.size() > kMaxNameBytes) {
      return damaged(folder_->name(), "holds an entry that cannot be read");
    }
    for (; next != newest.end() && next->first < name; ++next) parts.add(next->first, next->second);
    if (next == newest.end() || next->first != name) parts.add(name, *row);
    return {};
  });
  if (!read) return read;
  for (; next != newest.end(); ++next) parts.add(next->first, next->second);
  parts.finish();
  return {};
}

// Consecutive numbers, and marks that meet: a record that vanished, wherever that was, is noticed.
Result<void> RocksStore::take_record(std::uint64_t number, std::string_view value) {
  if (number != next_record_) {
    return damaged(folder_->name(), "holds record " + std::to_string(number) + " and not record " +
                                        std::to_string(next_record_));
  }
  const auto record = layout::read_record(value);
  if (!record) return damaged(folder_->name(), "holds a record that cannot be read");
  for (const auto& [header, entries] : record->writes) {
    if (marks_.of(header.stream) != header.after) {
      return damaged(folder_->name(), "holds a record that does not continue what is before it");
    }
    marks_.advance(header);
  }
  roster_.merge(record->roster);
  const MutexLock lock(unsettled_mutex_);
  push({number, std::string(value), weight_of(*record)});
  ++next_record_;
  return {};
}

void RocksStore::push(Unsettled record) {
  unsettled_weight_ += record.weight;
  unsettled_.push_back(std::move(record));
}

// What is pushed behind them does not move them.
std::vector<const RocksStore::Unsettled*> RocksStore::oldest(std::size_t weight) const {
  const MutexLock lock(unsettled_mutex_);
  std::vector<const Unsettled*> records;
  std::size_t together = 0;
  for (const Unsettled& record : unsettled_) {
    if (together >= weight) break;
    records.push_back(&record);
    together += record.weight;
  }
  return records;
}

bool RocksStore::lags() const {
  const MutexLock lock(unsettled_mutex_);
  return unsettled_weight_ >= options_.settle_entries * options_.settle_lag;
}

void RocksStore::settle_until_stopped() {
  // After a failure it waits for more: the commit that brings it meets the same disk, and says so to
  // somebody.
  std::size_t failed_at = 0;
  unsettled_mutex_.lock();
  while (true) {
    while (!stopping_ && unsettled_weight_ < std::max(options_.settle_entries, failed_at + 1)) {
      enough_.wait(unsettled_mutex_);
    }
    if (stopping_) break;
    failed_at = unsettled_weight_;
    unsettled_mutex_.unlock();
    const bool settled = settle().has_value();
    unsettled_mutex_.lock();
    if (settled) failed_at = 0;
  }
  unsettled_mutex_.unlock();
}

}  // namespace tally
