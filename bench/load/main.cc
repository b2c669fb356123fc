// tally_load: loads one server, Tally or a peer, and says how it bore it.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/load/load.h"

namespace tally::load {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongCommandLine = 2;
constexpr int kFellBehind = 3;

struct CommandLine {
  std::string protocol;
  std::string late = "1ms";
  std::string measured = "3s";
  std::string warm_up = "1s";
  std::size_t in_flight = 1;
  std::uint64_t rate = 0;  // 0: as fast as it goes
  Load load;
};

std::string help() {
  std::string text =
      "Loads one server with requests of one kind. Without --rate: as fast as it answers (closed loop), each "
      "connection\n"
      "with --in-flight requests in one write, and the next when all of them are answered. With it: so many "
      "requests a\n"
      "second, whatever the server does (open loop); their latency counts from when they were meant to "
      "leave.\n"
      "Every reply is looked at: the first that is not the one hoped for ends the load.\n\nPROTOCOL is one "
      "of\n";
  for (const Protocol& protocol : protocols())
    text += fmt::format("  {:<15} {}\n", protocol.name, protocol.what);
  return text +
         "\nExit status: 0 done, 1 the server failed, 2 the command line is wrong, 3 the generator fell "
         "behind\n";
}

void describe(CLI::App& app, CommandLine& line) {
  const CLI::Validator is_duration(
      [](const std::string& text) {
        const Result<Duration> parsed = parse_duration(text);
        return parsed ? std::string() : parsed.error().detail;
      },
      "DURATION");
  const CLI::Validator is_protocol(
      [](const std::string& name) {
        return find_protocol(name) != nullptr ? std::string() : "'" + name + "' is no protocol: see --help";
      },
      "");
  app.add_option("PROTOCOL", line.protocol, "what to ask")->required()->check(is_protocol);
  app.add_option("HOST:PORT", line.load.server, "of whom")->required();
  app.add_option("--rate", line.rate, "requests a second, over all connections [as many as are answered]")
      ->check(CLI::Range(1, 1'000'000'000));
  app.option_defaults()->always_capture_default();
  app.add_option("--connections", line.load.connections, "how many")->check(CLI::Range(1, 10'000));
  app.add_option("--in-flight", line.in_flight, "requests on each connection at once")
      ->check(CLI::Range(1, 10'000))
      ->excludes("--rate");
  app.add_option("--late", line.late, "by how much one request in a hundred may leave too late")
      ->check(is_duration)
      ->needs("--rate");
  app.add_option("--for", line.measured, "how long to measure")->check(is_duration);
  app.add_option("--warm-up", line.warm_up, "for how long the same load goes on before that")
      ->check(is_duration);
  app.add_option("--names", line.load.names, "that adds go to, at random")
      ->check(CLI::Range(1, 1'000'000'000));
}

int fail(const Error& error) {
  fmt::print(stderr, "tally_load: {}.\n", error.detail);
  switch (error.code) {
    case Errc::invalid: return kWrongCommandLine;
    case Errc::too_slow: return kFellBehind;
    default: return kFailed;
  }
}

double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
double in_us(Duration duration) { return std::chrono::duration<double, std::micro>(duration).count(); }

int run_saturated(const CommandLine& line) {
  const Result<Throughput> result = saturate(line.load, line.in_flight);
  if (!result) return fail(result.error());
  const std::uint64_t adds = line.load.protocol->adds;
  fmt::print("requests {}\nadds {}\nseconds {:.6f}\nall_adds {}\n", result->requests, result->requests * adds,
             in_seconds(result->took), result->all_requests * adds);
  return 0;
}

int run_at_rate(const CommandLine& line, Duration late) {
  const Result<Latency> result = load_at_rate(line.load, line.rate, late);
  if (!result) return fail(result.error());
  const std::uint64_t adds = line.load.protocol->adds;
  fmt::print("requests {}\nadds {}\nseconds {:.6f}\nall_adds {}\n", result->latency.count(),
             result->latency.count() * adds, in_seconds(result->took), result->all_requests * adds);
  const LatencyHistogram& latency = result->latency;
  fmt::print("p50_us {:.1f}\np99_us {:.1f}\np99.9_us {:.1f}\nmax_us {:.1f}\nlate_p99_us {:.1f}\n",
             in_us(latency.quantile(500)), in_us(latency.quantile(990)), in_us(latency.quantile(999)),
             in_us(latency.max()), in_us(result->lateness.quantile(990)));
  return 0;
}

}  // namespace
}  // namespace tally::load

int main(int argc, char** argv) {
  using namespace tally::load;
  CommandLine line;
  CLI::App app(help());
  describe(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongCommandLine;
  }
  // CLI11 has checked them.
  line.load.protocol = find_protocol(line.protocol);
  line.load.measured = *tally::parse_duration(line.measured);
  line.load.warm_up = *tally::parse_duration(line.warm_up);
  const tally::Duration late = *tally::parse_duration(line.late);
  return line.rate == 0 ? run_saturated(line) : run_at_rate(line, late);
}
