// What many counters cost: memory, adds, listings. build/release/bench/many_report 1000000: so many counters.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <malloc.h>
#include <tbb/concurrent_hash_map.h>

#include "base/random.h"
#include "bench/count/many_process.h"
#include "bench/count/name.h"
#include "cluster/holdings.h"
#include "count/counting.h"
#include "count/listing.h"

namespace tally {
namespace {

using Clock = std::chrono::steady_clock;

double ns_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
}

// What malloc has given out, its own overhead included.
double allocated() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

ServerId id(std::string_view text) { return ServerId::parse(text).value(); }

struct Memory {
  double table;
  double own_stream;
  std::array<double, 3> peers;  // each one's copy
};

Memory measure_memory(std::size_t counters) {
  constexpr std::size_t kEntriesAShare = 10'000;
  const auto n = static_cast<double>(counters);
  Memory memory{};
  double before = allocated();
  const auto grown = [&before, n] {
    const double now = allocated();
    return (now - std::exchange(before, now)) / n;
  };
  Counting counting(2, 1);
  CountingThread thread(counting);
  for (std::size_t i = 0; i < counters; ++i) thread.find_or_insert(Name(i));
  counting.seal();  // frees what was outgrown
  memory.table = grown();
  for (std::size_t i = 0; i < counters; ++i) TALLY_CHECK(thread.add(Name(i), 1).has_value());
  Holdings holdings(counting, id("self"), StreamId{1, 1});
  holdings.extend(counting.seal());
  memory.own_stream = grown();
  for (std::size_t peer = 0; peer < memory.peers.size(); ++peer) {
    const ServerId server = id("peer-" + std::to_string(peer));
    std::vector<NamedEntry> entries;
    std::uint64_t sequence = 0;
    for (std::size_t i = 0; i < counters; i += kEntriesAShare, ++sequence) {
      entries.clear();
      for (std::size_t k = i; k < std::min(counters, i + kEntriesAShare); ++k) {
        entries.push_back({std::string(Name(k)), 1, Sequence{sequence + 1}});
      }
      const ShareHeader header{StreamId{2, peer}, server, Sequence{sequence}, Sequence{sequence + 1}};
      TALLY_CHECK(holdings.take(header, entries).value() == Holdings::Verdict::taken);
    }
    entries = {};
    counting.seal();  // frees what was replaced
    memory.peers[peer] = grown();
  }
  return memory;
}

// ---- adds to random counters, in nanoseconds

constexpr std::size_t kAdds = 1'000'000;
constexpr std::size_t kBurst = 32;

struct Ours {
  explicit Ours(std::size_t counters) {
    for (std::size_t i = 0; i < counters; ++i) TALLY_CHECK(thread.add(Name(i), 1).has_value());
  }
  void add(const Name& name) { TALLY_CHECK(thread.add(name, 1).has_value()); }
  void add(const std::array<Name, kBurst>& names) {
    std::array<std::string_view, kBurst> views;
    std::array<Counter*, kBurst> found{};
    std::copy(names.begin(), names.end(), views.begin());
    TALLY_CHECK(thread.find_or_insert(views, found).has_value());
    for (Counter* counter : found) TALLY_CHECK(thread.add(*counter, 1).has_value());
  }

  Counting counting{2, 1};
  CountingThread thread{counting};
};

struct Tbb {
  using Map = tbb::concurrent_hash_map<std::string, std::atomic<std::int64_t>>;

  explicit Tbb(std::size_t counters) {
    for (std::size_t i = 0; i < counters; ++i) add(Name(i));
  }
  void add(const Name& name) {
    Map::accessor found;
    map.insert(found, std::string(name));
    found->second.fetch_add(1);
  }
  void add(const std::array<Name, kBurst>& names) {
    for (const Name& name : names) add(name);
  }

  Map map;
};

struct Adds {
  double one;
  double in_burst;
};

template <class Table>
Adds measure_adds(std::size_t counters) {
  Table table(counters);
  Random random(1);
  Adds adds{};
  Clock::time_point begin = Clock::now();
  for (std::size_t i = 0; i < kAdds; ++i) table.add(Name(random.below(counters)));
  adds.one = ns_since(begin) / kAdds;
  begin = Clock::now();
  for (std::size_t i = 0; i < kAdds; i += kBurst) {
    std::array<Name, kBurst> names = [&]<std::size_t... k>(std::index_sequence<k...>) {
      return std::array{((void)k, Name(random.below(counters)))...};
    }
    (std::make_index_sequence<kBurst>());
    table.add(names);
  }
  adds.in_burst = ns_since(begin) / kAdds;
  return adds;
}

void report(std::size_t counters, const std::string& program) {
  const Memory memory = measure_memory(counters);
  const Adds ours = measure_adds<Ours>(counters);
  const Adds tbb = measure_adds<Tbb>(counters);
  const ProcessFigures process = measure_process(program, counters);

  fmt::print("### {} counters\n\n", counters);
  fmt::print("| bytes a counter | |\n| --- | ---: |\n");
  fmt::print("| its place in the table, and its name | {:.1f} |\n", memory.table);
  fmt::print("| its entry in the server's own stream | {:.1f} |\n", memory.own_stream);
  fmt::print("| a whole server without peers, resident | {:.1f} |\n", process.bytes_a_counter);
  fmt::print("| the same, once names were listed | {:.1f} |\n", process.bytes_with_index);
  for (std::size_t i = 0; i < memory.peers.size(); ++i) {
    fmt::print("| the copy of peer {} | {:.1f} |\n", i + 1, memory.peers[i]);
  }
  fmt::print("\n| an add to a random counter | Tally | TBB concurrent_hash_map | ratio |\n");
  fmt::print("| --- | ---: | ---: | ---: |\n");
  fmt::print("| one by one | {:.0f} ns | {:.0f} ns | {:.1f} |\n", ours.one, tbb.one, tbb.one / ours.one);
  fmt::print("| in bursts of {} | {:.0f} ns | {:.0f} ns | {:.1f} |\n", kBurst, ours.in_burst, tbb.in_burst,
             tbb.in_burst / ours.in_burst);
  fmt::print("\n| over HTTP, one loop | takes | longest add meanwhile |\n| --- | ---: | ---: |\n");
  fmt::print("| nothing else | | {:.2f} ms |\n", process.longest_add_ms);
  fmt::print("| the first page by name, which sorts all names | {:.1f} ms | {:.2f} ms |\n",
             process.first_page_ms, process.longest_add_of_first_ms);
  fmt::print("| a page of 1,000 by prefix | {:.2f} ms | {:.2f} ms |\n", process.page_ms,
             process.longest_add_of_pages_ms);
  fmt::print("| the 20 largest values | {:.1f} ms | {:.2f} ms |\n\n", process.top_ms,
             process.longest_add_of_top_ms);
  std::fflush(stdout);
}

}  // namespace
}  // namespace tally

int main(int argc, char** argv) {
  std::vector<std::size_t> sizes = {1'000'000, 10'000'000};
  if (argc > 1) sizes.clear();
  for (int i = 1; i < argc; ++i) {
    const long size = std::atol(argv[i]);
    if (size < 1'000 || size > 10'000'000) {
      fmt::print(stderr, "many_report: '{}' is no number of counters: say 1000 to 10000000.\n", argv[i]);
      return 2;
    }
    sizes.push_back(static_cast<std::size_t>(size));
  }
  const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "tally";
  fmt::print(
      "## Many counters\n\nNames of 24 bytes. Memory of the parts is what malloc gave out for them.\n\n");
  for (const std::size_t size : sizes) tally::report(size, program);
  return 0;
}
