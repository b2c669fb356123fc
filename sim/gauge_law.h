// The law of the gauges: the numbers of counters and of adds that a server calls unshared are never below
// what its loss alone would cost. Others are thought to keep what they told it that they hold.
#pragma once

#include "sim/server.h"
#include "sim/stream_laws.h"
#include "sim/verdict.h"

namespace tally::sim {

// `laws` know how far every run ever held every stream.
void check_gauge(const Server& server, const StreamLaws& laws, Verdict& verdict);

}  // namespace tally::sim
