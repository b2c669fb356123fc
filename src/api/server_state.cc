#include "api/server_state.h"

#include "api/text.h"
#include "base/check.h"

namespace tally {

std::string_view to_string(ServerState state) {
  switch (state) {
    case ServerState::starting: return "starting";
    case ServerState::ready: return "ready";
    case ServerState::draining: return "draining";
    case ServerState::down: return "down";
  }
  TALLY_CHECK(false && "a ServerState outside the enumeration");
}

Result<ServerState> parse_server_state(std::string_view text) {
  for (const auto state :
       {ServerState::starting, ServerState::ready, ServerState::draining, ServerState::down}) {
    if (text == to_string(state)) return state;
  }
  return Error{Errc::invalid,
               quote(text) + " is not a server's state: use starting, ready, draining or down."};
}

}  // namespace tally
