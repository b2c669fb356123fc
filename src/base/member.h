// A counting server as others know it.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "base/ids.h"

namespace tally {

// One run of a counting server, and where it answers. Two runs may claim one id (a clone, a mistake): they
// are two members.
struct Member {
  ServerId id;
  StreamId run;
  std::string url;  // "http://127.0.0.1:7071"

  auto operator<=>(const Member&) const = default;
};

// What a server says of itself in its heartbeats; `down` is also what a balancer concludes when they stop.
enum class ServerState : std::uint8_t { starting, ready, draining, down };

}  // namespace tally
