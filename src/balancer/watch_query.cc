#include "balancer/watch_query.h"

#include <utility>

#include "api/uri.h"
#include "count/counter_name.h"

namespace tally {

Result<WatchQuery> read_watch_query(std::string_view query) {
  if (const auto known = check_parameters(query, {"prefix", "counter", "server"}); !known)
    return known.error();
  WatchQuery read;
  auto prefix = find_parameter(query, "prefix");
  if (!prefix) return prefix.error();
  read.prefix = std::move(*prefix).value_or("");
  auto counter = find_parameter(query, "counter");
  if (!counter) return counter.error();
  if (*counter) {
    if (const auto valid = check_counter_name(**counter); !valid) return valid.error();
    read.counter = std::move(**counter);
  }
  const auto server = find_parameter(query, "server");
  if (!server) return server.error();
  if (*server) {
    auto id = ServerId::parse(**server);
    if (!id) return id.error();
    read.server = std::move(*id);
  }
  return read;
}

}  // namespace tally
