// What a command of the Redis protocol costs without its socket: INCRs of 10,000 and of 1,000,000 names, 64
// at a time, as a connection's burst brings them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/check.h"
#include "base/random.h"
#include "tests/server/resp_talk.h"

namespace tally {
namespace {

constexpr int kAtOnce = 64;
constexpr int kBursts = 10'000;

std::string name(std::uint64_t i) {
  const std::string digits = std::to_string(i);
  return "key:" + std::string(8 - digits.size(), '0') + digits;
}

struct Bench : RespTalk {
  explicit Bench(const benchmark::State& state) : RespTalk(~std::size_t{0}) {
    const auto names = static_cast<std::uint64_t>(state.range(0));
    for (std::uint64_t i = 0; i < names; ++i) TALLY_CHECK(thread.add(name(i), 1).has_value());
    counting.seal();
    Random random(1);
    for (std::string& text : bursts) {
      for (int i = 0; i < kAtOnce; ++i) {
        asked.push_back(name(random.below(names)));
        text += "*2\r\n$4\r\nINCR\r\n$12\r\n" + asked.back() + "\r\n";
      }
    }
  }

  std::vector<std::string> asked;
  std::vector<std::string> bursts = std::vector<std::string>(kBursts);
};

// Hands each burst to `take`, in turn.
template <class Take>
void run(benchmark::State& state, const std::vector<std::string>& bursts, Take take) {
  std::size_t next = 0;
  for (auto _ : state) {
    take(std::string_view(bursts[next]));
    next = (next + 1) % bursts.size();
  }
  state.SetItemsProcessed(state.iterations() * kAtOnce);
}

void look_ahead(benchmark::State& state) {
  Bench bench(state);
  run(state, bench.bursts, [&](std::string_view bytes) {
    while (!bytes.empty()) {
      bench.parser.look_ahead(bytes, bench.burst);
      for (const RespBurst::Command& command : bench.burst.commands()) bytes.remove_prefix(command.bytes);
    }
  });
}
BENCHMARK(look_ahead)->Name("Incr/look_ahead")->Arg(10'000);

void take(benchmark::State& state) {
  Bench bench(state);
  std::string out;
  run(state, bench.bursts, [&](std::string_view bytes) {
    out.clear();
    bench.take(bytes, out);
    benchmark::DoNotOptimize(out.data());
  });
}
BENCHMARK(take)->Name("Incr/burst")->Arg(10'000)->Arg(1'000'000);

// As many commands, each of which comes alone.
void take_one_by_one(benchmark::State& state) {
  Bench bench(state);
  std::string out;
  run(state, bench.bursts, [&](std::string_view bytes) {
    const std::size_t size = bytes.size() / kAtOnce;
    out.clear();
    for (; !bytes.empty(); bytes.remove_prefix(size)) bench.take(bytes.substr(0, size), out);
    benchmark::DoNotOptimize(out.data());
  });
}
BENCHMARK(take_one_by_one)->Name("Incr/one_by_one")->Arg(10'000)->Arg(1'000'000);

// By the name alone: what is left is the protocol's cost.
void add_alone(benchmark::State& state) {
  Bench bench(state);
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(bench.thread.add(bench.asked[next], 1));
    next = (next + 1) % bench.asked.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(add_alone)->Name("Incr/add_alone")->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace tally
