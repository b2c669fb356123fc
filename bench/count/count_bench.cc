// What counting costs, without a network: reads of a tree, updates of a tree, adds by name, adds that fight,
// seals and who waits for them, listings.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/random.h"
#include "bench/count/name.h"
#include "count/counting.h"
#include "count/listing.h"

namespace tally {
namespace {

constexpr std::size_t kThreads = 64;

ServerIndex server(Counting& counting, std::int64_t i) {
  return counting.servers().index(ServerId::parse("server-" + std::to_string(i)).value());
}

// A counter that `servers` servers have counted.
struct Counted {
  explicit Counted(std::int64_t servers) {
    for (std::int64_t i = 0; i < servers; ++i) {
      nodes.push_back(server(counting, i));
      counting.update(counter, nodes.back(), i);
    }
    counting.seal();
  }

  Counting counting{kThreads, 1};
  CountingThread thread{counting};
  Counter& counter = *thread.find_or_insert("page-views");
  std::vector<ServerIndex> nodes;
};

// The argument is the number of servers in the tree, which has been read before.
void ReadAgain(benchmark::State& state) {
  Counted counted(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(counted.thread.value(&counted.counter));
}
BENCHMARK(ReadAgain)->Arg(3)->Arg(1000);

void UpdateOneServer(benchmark::State& state) {
  Counted counted(state.range(0));
  Random random(1);
  std::int64_t value = 0;
  for (auto _ : state) {
    counted.counting.update(counted.counter, counted.nodes[random.below(counted.nodes.size())], ++value);
  }
}
BENCHMARK(UpdateOneServer)->Arg(3)->Arg(1000);

void UpdateOneServerAndRead(benchmark::State& state) {
  Counted counted(state.range(0));
  Random random(1);
  std::int64_t value = 0;
  for (auto _ : state) {
    counted.counting.update(counted.counter, counted.nodes[random.below(counted.nodes.size())], ++value);
    benchmark::DoNotOptimize(counted.thread.value(&counted.counter));
  }
}
BENCHMARK(UpdateOneServerAndRead)->Arg(3)->Arg(1000);

// What the threads of the running benchmark share: as many counters as its argument says.
struct Named {
  explicit Named(std::uint64_t count) : names(count) {
    CountingThread thread(counting);
    for (std::uint64_t i = 0; i < count; ++i) thread.find_or_insert(Name(i));
  }

  Counting counting{kThreads, 1};
  const std::uint64_t names;
};
std::unique_ptr<Named> named;

void make_names(const benchmark::State& state) {
  named = std::make_unique<Named>(static_cast<std::uint64_t>(state.range(0)));
}
void drop_names(const benchmark::State&) { named.reset(); }

void AddByName(benchmark::State& state) {
  CountingThread thread(named->counting);
  Random random(static_cast<std::uint64_t>(state.thread_index()));
  for (auto _ : state) {
    benchmark::DoNotOptimize(thread.add(Name(random.below(named->names)), 1));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(AddByName)->Arg(1000)->Arg(1'000'000)->ThreadRange(1, 2)->Setup(make_names)->Teardown(drop_names);

void AddABatchOf1000(benchmark::State& state) {
  constexpr std::size_t kBatch = 1000;
  CountingThread thread(named->counting);
  Random random(1);
  std::vector<Name> names(kBatch, Name(0));
  std::vector<std::string_view> batch(kBatch);
  std::vector<Counter*> counters(kBatch);
  std::vector<Change> changes(kBatch);
  std::vector<std::int64_t> values(kBatch);
  for (auto _ : state) {
    for (std::size_t i = 0; i < kBatch; ++i) batch[i] = names[i] = Name(random.below(named->names));
    TALLY_CHECK(thread.find_or_insert(batch, counters).has_value());
    for (std::size_t i = 0; i < kBatch; ++i) changes[i] = {counters[i], 1};
    benchmark::DoNotOptimize(thread.add(changes, values));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}
BENCHMARK(AddABatchOf1000)->Arg(1'000'000)->Setup(make_names)->Teardown(drop_names);

// A thousand counters changed since the seal before, of as many as the argument says.
void Seal1000(benchmark::State& state) {
  constexpr std::uint64_t kChanged = 1000;
  CountingThread thread(named->counting);
  for (auto _ : state) {
    state.PauseTiming();
    for (std::uint64_t i = 0; i < kChanged; ++i) benchmark::DoNotOptimize(thread.add(Name(i), 1));
    state.ResumeTiming();
    benchmark::DoNotOptimize(named->counting.seal());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kChanged));
}
BENCHMARK(Seal1000)->Arg(1000)->Arg(1'000'000)->Setup(make_names)->Teardown(drop_names);

// A seal of as many counters as the argument says, all of which changed, and the longest that a batch of one
// waits meanwhile.
void SealOfAllAndBatches(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  CountingThread thread(named->counting);
  CountingThread other(named->counting);
  Counter& counter = *other.find_or_insert("hot");
  Clock::duration longest{0};
  for (auto _ : state) {
    state.PauseTiming();
    for (std::uint64_t i = 0; i < named->names; ++i) benchmark::DoNotOptimize(thread.add(Name(i), 1));
    std::atomic<bool> begun{false};
    std::atomic<bool> sealed{false};
    std::thread batches([&] {
      std::array<std::int64_t, 1> values{};
      while (!sealed.load()) {
        const Clock::time_point begin = Clock::now();
        benchmark::DoNotOptimize(other.add(std::array{Change{&counter, 1}}, values));
        longest = std::max(longest, Clock::now() - begin);
        begun.store(true);
      }
    });
    while (!begun.load()) std::this_thread::yield();
    state.ResumeTiming();
    benchmark::DoNotOptimize(named->counting.seal());
    state.PauseTiming();
    sealed.store(true);
    batches.join();
    state.ResumeTiming();
  }
  state.counters["longest_wait_ms"] = std::chrono::duration<double, std::milli>(longest).count();
}
BENCHMARK(SealOfAllAndBatches)
    ->Arg(1'000'000)
    ->Iterations(5)
    ->Setup(make_names)
    ->Teardown(drop_names)
    ->Unit(benchmark::kMillisecond);

// A page of a hundred, of as many counters as the argument says; each has been counted by two servers, too.
void list_pages(benchmark::State& state, const ListQuery& query) {
  CountingThread thread(named->counting);
  for (std::uint64_t i = 0; i < named->names; ++i) {
    Counter& counter = *thread.find_or_insert(Name(i));
    benchmark::DoNotOptimize(thread.add(counter, static_cast<std::int64_t>(i)));
    for (std::int64_t peer = 0; peer < 2; ++peer) {
      named->counting.update(counter, server(named->counting, peer), peer + 1);
    }
  }
  named->counting.seal();
  Lister lister(named->counting);
  benchmark::DoNotOptimize(lister.page(query));  // it makes its index
  for (auto _ : state) benchmark::DoNotOptimize(lister.page(query));
}
void list_by_name(benchmark::State& state) { list_pages(state, {}); }
void list_by_value(benchmark::State& state) { list_pages(state, {"", ListOrder::by_value_down, 100, {}}); }
BENCHMARK(list_by_name)
    ->Name("ListPage/by_name")
    ->Arg(1'000'000)
    ->Iterations(20)
    ->Setup(make_names)
    ->Teardown(drop_names)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(list_by_value)
    ->Name("ListPage/by_value")
    ->Arg(1'000'000)
    ->Iterations(20)
    ->Setup(make_names)
    ->Teardown(drop_names)
    ->Unit(benchmark::kMillisecond);

// All threads add to one counter.
void AddToTheSameCounter(benchmark::State& state) {
  CountingThread thread(named->counting);
  Counter& counter = *thread.find_or_insert("hot");
  for (auto _ : state) benchmark::DoNotOptimize(thread.add(counter, 1));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(AddToTheSameCounter)->Arg(0)->ThreadRange(1, 4)->Setup(make_names)->Teardown(drop_names);

}  // namespace
}  // namespace tally
