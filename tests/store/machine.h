// A machine that a store runs on: its disk, whose power can be cut, and somebody who counts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "count/counting.h"
#include "store/memory_store.h"
#include "store/rocks_store.h"
#include "tests/store/fake_disk.h"
#include "tests/store/temporary_folder.h"

namespace tally {

// All streams that a store holds, to compare.
using Contents =
    std::map<StreamId, std::tuple<std::string, std::uint64_t,
                                  std::vector<std::tuple<std::string, std::int64_t, std::uint64_t>>>>;

inline Result<Contents> contents(const Store& store) {
  Contents held;
  const auto loaded = store.load([&](const KeptPart& part) {
    auto& [server, mark, rows] = held[part.header.stream];
    server = part.header.server.text();
    mark = number(part.header.through);
    for (const KeptEntry& entry : part.entries) {
      rows.emplace_back(entry.name, entry.total, number(entry.sequence));
    }
    if (part.last) std::sort(rows.begin(), rows.end());
  });
  if (!loaded) return loaded.error();
  return held;
}

// All that it holds.
inline Result<std::pair<Contents, Roster>> everything(const Store& store) {
  auto streams = contents(store);
  if (!streams) return streams.error();
  return std::pair(std::move(*streams), store.roster());
}

class Machine {
 public:
  // Steps that are small, so that a short history takes many; nothing in the background, so that a seed
  // repeats it.
  Machine() {
    options.settle_entries = 12;
    options.settle_lag = 3;
    options.rows_at_once = 2;
    options.memory_bytes = 64 * 1024;
    options.log_step = 4096;
    options.settle_in_background = false;
    options.env = disk.env();
  }

  Result<std::unique_ptr<RocksStore>> open() const { return RocksStore::open(folder.path(), options); }

  Write write(StreamId stream, std::uint64_t after, std::uint64_t through,
              const std::vector<std::string>& counters, std::int64_t total) {
    Write made{{stream, ServerId::parse("s" + std::to_string(stream.low)).value(), Sequence{after},
                Sequence{through}},
               {}};
    for (const std::string& name : counters) {
      made.entries.push_back({names_.find_or_insert(name), total, Sequence{through}});
    }
    return made;
  }

  // One of a few streams after its mark in `held`, with a few of some counters' totals; at times, members
  // come, start anew and are removed.
  Commit next(const MemoryStore& held, Random& random) {
    const StreamId stream{7, 1 + random.below(3)};
    const std::uint64_t mark = number(held.mark(stream));
    Write made = write(stream, mark, mark + 1 + random.below(3), {}, 0);
    for (std::uint64_t sequence = mark + 1; sequence <= number(made.header.through); ++sequence) {
      const std::string name(1 + random.below(200), static_cast<char>('a' + random.below(20)));
      made.entries.push_back(
          {names_.find_or_insert(name), static_cast<std::int64_t>(random()), Sequence{sequence}});
    }
    Commit commit{.writes = {std::move(made)}};
    if (random.chance(20)) {
      const ServerId id = ServerId::parse("m" + std::to_string(random.below(6))).value();
      const std::string url = "http://h" + std::to_string(random.below(3));
      random.chance(10) ? commit.roster.remove(id) : commit.roster.hear({id, {random(), random()}, url});
    }
    return commit;
  }

  FakeDisk disk;
  TemporaryFolder folder;
  RocksStore::Options options;

 private:
  Counting counting_{1, 7};
  CountingThread names_{counting_};
};

}  // namespace tally
