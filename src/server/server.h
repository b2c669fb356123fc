// A counting server: counts for its clients, shares with all other servers, knows the value of every counter.
#pragma once

#include "server/options.h"

namespace tally {

// Runs until SIGTERM or SIGINT, then stops gracefully within 10 seconds. Returns the exit status: 1, after
// one line on stderr, if it cannot listen.
int run_server(const ServerOptions& options);

}  // namespace tally
