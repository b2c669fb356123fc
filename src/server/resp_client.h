// What a counting server knows of one connection that speaks the Redis protocol.
#pragma once

#include <cstdint>
#include <string>

#include "api/resp_reply.h"
#include "edge/gate.h"

namespace tally {

// Owned by its connection, and used by that loop's thread.
struct RespClient {
  std::uint64_t id;           // no other connection of this run has it
  std::string address;        // "127.0.0.1:41234"
  std::string local_address;  // ours
  RespVersion version = RespVersion::two;
  std::string name = {};  // as it calls itself; empty: it did not
  Visitor visitor = {};   // the token that it showed
  // Behind a MULTI that was refused: what was to be one transaction, with it, must not count piece by piece.
  bool discarding = false;
};

}  // namespace tally
