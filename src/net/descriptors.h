// How many files and sockets this process may have open.
#pragma once

#include <cstddef>
#include <string>

#include "net/connection_limits.h"

namespace tally::net {

// For what is no client's connection: peers, balancers, files, loops. Half of what there is, if less.
inline constexpr std::size_t kReservedDescriptors = 1024;

// Raises the soft limit (RLIMIT_NOFILE) to what the reserve and so many servers need that have
// limits.connections each, on so many loops. Returns how many connections each can have: fewer where the hard
// limit forbids it.
std::size_t make_room_for_connections(const ConnectionLimits& limits, std::size_t loops,
                                      std::size_t servers = 1);

// What there is to say where `available`, as above, is fewer than were asked for.
std::string too_few_descriptors(std::size_t wanted, std::size_t available);

}  // namespace tally::net
