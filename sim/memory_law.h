// The law of bounded memory: toward a peer one part of a share and one other question are under way, never
// more; what waits in part stays within its limit; and no share waits for a disk that does not write.
#pragma once

#include "sim/server.h"
#include "sim/verdict.h"

namespace tally::sim {

void check_memory(const Server& server, Verdict& verdict);

}  // namespace tally::sim
