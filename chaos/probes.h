// Adds that can be told apart in a counter's value: the i-th add to a counter adds 4^i, so that the value's
// i-th digit to base 4 says how often it was counted.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "api/ack.h"
#include "base/duration.h"
#include "base/int128.h"

namespace tally::chaos {

// One add as its client knows it.
struct Attempt {
  enum class Told : std::uint8_t { unknown, acknowledged, refused };

  std::string server{};  // who was asked
  Instant asked{};       // nothing was sent before this
  Instant answered{};    // the answer was there; or its client gave up
  Told told = Told::unknown;
  Ack ack{};            // acknowledged: what the answer says it has
  unsigned status = 0;  // of the answer; 0: none
};

using Attempts = std::vector<Attempt>;  // of one counter; the i-th added 4^i
using AttemptsByCounter = std::map<std::string, Attempts>;

// One read of a counter, and what it said of its own age.
struct Read {
  std::string server{};
  std::string counter{};
  Instant asked{};
  Int128 value = 0;
  Duration staleness{};  // nothing acknowledged longer ago than this is missing
};

// What one client adds. Values stay within 64 bits even where every add is counted three times.
class Probes {
 public:
  static constexpr unsigned kAddsPerCounter = 30;

  // `client` begins the names of its counters, which are nobody else's.
  explicit Probes(std::string client) : client_(std::move(client)) {}

  struct Add {
    std::string counter;
    std::int64_t delta;
  };
  // An add that was never made before.
  Add next() const;
  // What became of next().
  void record(Attempt attempt);

  // Empty before the first add.
  const std::string& newest_counter() const { return newest_; }

  const AttemptsByCounter& attempts() const { return attempts_; }

 private:
  std::string counter() const { return client_ + "-" + std::to_string(made_ / kAddsPerCounter); }

  std::string client_;
  std::uint64_t made_ = 0;
  std::string newest_;
  AttemptsByCounter attempts_;
};

}  // namespace tally::chaos
