// A durable commit: RocksStore beside one append-only file that was filled with zeros beforehand, the least
// that any journal can do. The same bytes, synced each time, in the same folder of the same disk.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/check.h"
#include "count/counting.h"
#include "store/layout.h"
#include "store/rocks_store.h"

namespace tally {
namespace {

constexpr StreamId kStream{1, 2};

class Folder {
 public:
  Folder() { TALLY_CHECK(::mkdtemp(path_.data()) != nullptr); }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "tally-store-bench-XXXXXX";  // here: /tmp may be no disk
};

// A commit that changes `size` counters, and its successors.
class Commits {
 public:
  explicit Commits(std::int64_t size) {
    for (std::int64_t i = 0; i < size; ++i) {
      all_.push_back({names_.find_or_insert("page-views-of-article-" + std::to_string(i)), 0, Sequence{0}});
    }
  }

  const Commit& next(std::size_t size) {
    auto& [header, entries] = commit_.writes[0];
    header.after = header.through;
    header.through = tally::next(header.after);
    entries.clear();
    for (; entries.size() < size; at_ = (at_ + 1) % all_.size()) {
      Entry& entry = all_[at_];
      entry = {entry.counter, entry.total + 7, header.through};
      entries.push_back(entry);
    }
    return commit_;
  }

  const Commit& next() { return next(all_.size()); }

 private:
  Counting counting_{1, 7};
  CountingThread names_{counting_};
  std::vector<Entry> all_;
  std::size_t at_ = 0;
  Commit commit_{.writes = {{{kStream, ServerId::parse("a").value(), Sequence{0}, Sequence{0}}, {}}}};
};

void count(benchmark::State& state) { state.SetItemsProcessed(state.iterations() * state.range(0)); }

void journal(benchmark::State& state) {
  constexpr off_t kSize = 256 * 1024 * 1024;
  const Folder folder;
  const int file = ::open((folder.path() + "/journal").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  TALLY_CHECK(file >= 0);
  const std::string zeros(1024 * 1024, '\0');
  for (off_t at = 0; at < kSize; at += static_cast<off_t>(zeros.size())) {
    TALLY_CHECK(::pwrite(file, zeros.data(), zeros.size(), at) == static_cast<ssize_t>(zeros.size()));
  }
  TALLY_CHECK(::fsync(file) == 0);
  Commits commits(state.range(0));
  off_t at = 0;
  for (auto _ : state) {
    const auto& writes = commits.next().writes;
    const std::string record = layout::record_value({}, writes, std::vector{writes[0].header.after});
    if (at + static_cast<off_t>(record.size()) > kSize) at = 0;
    TALLY_CHECK(::pwrite(file, record.data(), record.size(), at) == static_cast<ssize_t>(record.size()));
    TALLY_CHECK(::fdatasync(file) == 0);
    at += static_cast<off_t>(record.size());
  }
  count(state);
  ::close(file);
}

void rocks(benchmark::State& state) {
  const Folder folder;
  const auto store = RocksStore::open(folder.path()).value();
  Commits commits(state.range(0));
  for (auto _ : state) TALLY_CHECK(store->commit(commits.next()));
  count(state);
}

// Commits of 3,000 entries each among 10,000 counters, in turn; the processor time of all threads.
void settling(benchmark::State& state) {
  const Folder folder;
  RocksStore::Options options;
  options.settle_entries = static_cast<std::size_t>(state.range(0));
  const auto store = RocksStore::open(folder.path(), options).value();
  Commits commits(10'000);
  for (auto _ : state) TALLY_CHECK(store->commit(commits.next(3000)));
  state.SetItemsProcessed(state.iterations() * 3000);
}

BENCHMARK(journal)->Name("durable commit/zero-filled journal")->Arg(1)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(settling)
    ->Name("settling 10,000 counters, entries a step")
    ->Arg(4096)
    ->Arg(16384)
    ->Arg(65536)
    ->MeasureProcessCPUTime()
    ->UseRealTime();
BENCHMARK(rocks)->Name("durable commit/RocksStore")->Arg(1)->Arg(100)->Arg(1000)->UseRealTime();

}  // namespace
}  // namespace tally
