// The two ways to load a server, by one thread: as fast as it goes, and at a fixed rate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/duration.h"
#include "base/result.h"
#include "bench/load/latency_histogram.h"
#include "bench/load/protocol.h"

namespace tally::load {

struct Load {
  const Protocol* protocol = nullptr;
  std::string server{};          // HOST:PORT
  std::uint64_t names = 10'000;  // that adds go to
  std::size_t connections = 50;
  Duration warm_up = std::chrono::seconds(1);  // under the same load, and not measured
  Duration measured = std::chrono::seconds(3);
};

struct Throughput {
  std::uint64_t requests = 0;      // answered while it was measured
  Duration took{};                 // which was for so long
  std::uint64_t all_requests = 0;  // sent and answered from first to last: what the server did for all this
};

// Closed loop: `in_flight` requests leave each connection in one write; when all of them are answered, the
// next. Every request that was sent is answered when it returns; else, or when any reply is not the one hoped
// for, it is an error.
Result<Throughput> saturate(const Load& load, std::size_t in_flight);

struct Latency {
  LatencyHistogram latency{};      // of the requests meant to leave while it was measured
  LatencyHistogram lateness{};     // of their sending: the generator's own part of their latency
  Duration took{};                 // from the first of them was due until the last was answered
  std::uint64_t all_requests = 0;  // as above
};

// Open loop: requests leave by their Schedule, each on the next connection, whatever the server does; their
// latency counts from that moment. Spins between them, so as not to add its own waking up: it wants a
// processor of its own. When more than one request in a hundred left later than `late`, the figures are the
// generator's, not the server's: an error (too_slow). Otherwise as saturate().
Result<Latency> load_at_rate(const Load& load, std::uint64_t per_second, Duration late);

}  // namespace tally::load
