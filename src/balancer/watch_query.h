// GET /v1/events?prefix=&counter=&server=: what somebody watches.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"

namespace tally {

struct WatchQuery {
  std::string prefix;                  // of the counters among which are the greatest
  std::optional<std::string> counter;  // one to look at closely; a valid name
  std::optional<ServerId> server;      // at which; nothing: at whose the watcher is
};

// Errc::malformed: a bad %XX. Errc::invalid: another parameter, or one with a value that it can't have.
Result<WatchQuery> read_watch_query(std::string_view query);

}  // namespace tally
