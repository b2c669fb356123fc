#include "net/descriptors.h"

#include <algorithm>

#include <sys/resource.h>

namespace tally::net {

std::size_t make_room_for_connections(const ConnectionLimits& limits, std::size_t loops,
                                      std::size_t servers) {
  // Those that are refused are open for a moment, too, and one on each loop is only just accepted.
  const std::size_t others = kReservedDescriptors + servers * loops * (limits.refused_connections + 1);
  const std::size_t wanted = servers * limits.connections + others;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return limits.connections;
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 && getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1;
  }
  if (limit.rlim_cur >= wanted) return limits.connections;
  const auto available = static_cast<std::size_t>(limit.rlim_cur);
  const std::size_t left = (available - std::min(others, available / 2)) / servers;
  return std::max<std::size_t>(1, std::min(limits.connections, left));
}

std::string too_few_descriptors(std::size_t wanted, std::size_t available) {
  return std::to_string(wanted) +
         " connections were asked for, but the limit of open files (ulimit -Hn) leaves room for " +
         std::to_string(available) +
         ": more are answered 503. Raise that limit, or ask for fewer by --max-connections.";
}

}  // namespace tally::net
