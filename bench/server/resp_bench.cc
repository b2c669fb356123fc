// What a command of the Redis protocol costs without its socket: INCRs of 10,000 names, 64 at a time, as a
// connection's burst brings them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "api/resp_parser.h"
#include "base/check.h"
#include "base/random.h"
#include "server/resp_commands.h"

namespace tally {
namespace {

constexpr std::uint64_t kNames = 10'000;
constexpr int kAtOnce = 64;
constexpr int kBursts = 1000;

std::string name(std::uint64_t i) {
  const std::string digits = std::to_string(i);
  return "key:" + std::string(8 - digits.size(), '0') + digits;
}

std::vector<std::string> random_bursts() {
  Random random(1);
  std::vector<std::string> bursts(kBursts);
  for (std::string& burst : bursts) {
    for (int i = 0; i < kAtOnce; ++i) {
      burst += "*2\r\n$4\r\nINCR\r\n$12\r\n" + name(random.below(kNames)) + "\r\n";
    }
  }
  return bursts;
}

struct Bench {
  Bench() {
    for (std::uint64_t i = 0; i < kNames; ++i) TALLY_CHECK(thread.add(name(i), 1).has_value());
    counting.seal();
  }

  Counting counting{2, 1};
  CountingThread thread{counting};
  ServerStatus status{.state = ServerState::ready};
  AddPolicy policy{status, false, {}};
  RespCommands commands{thread, policy, [] { return RespFigures{}; }};
  RespClient client{1, "127.0.0.1:1", "127.0.0.1:2"};
  RespParser parser;
  std::vector<std::string> bursts = random_bursts();
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

void Parse(benchmark::State& state) {
  Bench bench;
  run(state, bench.bursts, [&](std::string_view bytes) {
    while (bench.parser.feed(bytes) == RespParser::State::complete) {
      benchmark::DoNotOptimize(bench.parser.arguments().data());
    }
  });
}
BENCHMARK(Parse)->Name("Incr/parse");

void ParseAndExecute(benchmark::State& state) {
  Bench bench;
  std::string out;
  run(state, bench.bursts, [&](std::string_view bytes) {
    out.clear();
    while (bench.parser.feed(bytes) == RespParser::State::complete) {
      benchmark::DoNotOptimize(bench.commands.execute(bench.client, bench.parser.arguments(), out));
    }
    benchmark::DoNotOptimize(out.data());
  });
}
BENCHMARK(ParseAndExecute)->Name("Incr/parse_and_execute");

// By the name alone: what is left is the protocol's cost.
void Add(benchmark::State& state) {
  Bench bench;
  Random random(1);
  std::vector<std::string> names(static_cast<std::size_t>(kBursts) * kAtOnce);
  for (std::string& one : names) one = name(random.below(kNames));
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(bench.thread.add(names[next], 1));
    next = (next + 1) % names.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Add)->Name("Incr/add_alone");

}  // namespace
}  // namespace tally
