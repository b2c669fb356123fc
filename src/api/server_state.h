// A server's state as messages and people write it.
#pragma once

#include <string_view>

#include "base/member.h"
#include "base/result.h"

namespace tally {

// "starting", "ready", "draining" or "down".
std::string_view to_string(ServerState state);
Result<ServerState> parse_server_state(std::string_view text);

}  // namespace tally
