// The law of the graceful stop: a server that ends before its limit leaves nothing behind. All that it
// counted is on its disk, if it has one, and held by another server, if it knows any.
#pragma once

#include "sim/server.h"
#include "sim/stream_laws.h"
#include "sim/verdict.h"

namespace tally::sim {

// `stopping` is about to end.
void check_stop(const Server& stopping, const StreamLaws& laws, Verdict& verdict);

}  // namespace tally::sim
