// GET /v1/stats: a counting server at a glance, small enough to be asked for every second.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace tally {

struct ServerStats {
  // What another server acknowledged longer ago is counted here; nothing: nobody can say.
  struct Lag {
    ServerId server;
    std::optional<std::int64_t> ms;

    bool operator==(const Lag&) const = default;
  };

  StreamId run;
  std::int64_t adds;  // that this run counted
  std::int64_t counters;
  std::int64_t unshared_adds;  // those of this run that no other server answered to hold; never told too low
  std::int64_t share_interval_ms;
  std::vector<Lag> lags;  // of every other server that is known, each once

  bool operator==(const ServerStats&) const = default;
};

// {"run","adds","counters","unshared_adds","share_interval_ms","lags":[{"id","lag_ms"}]}. The reader's errors
// are Errc::malformed (not JSON) and Errc::invalid (a field is missing or is something else).
void append_server_stats(std::string& out, const ServerStats& stats);
Result<ServerStats> read_server_stats(std::string_view body);

}  // namespace tally
