// The law of counting: once all servers agree, every counter shows each add that is held exactly once, and
// nothing else. An add whose stream is held up to its ticket is in it; of a stream whose run still goes on
// nothing is missing; what was refused was never counted, and what was acknowledged was.
#pragma once

#include <vector>

#include "sim/ledger.h"
#include "sim/server.h"
#include "sim/verdict.h"

namespace tally::sim {

// `running` are the servers that run, and agree; one at least.
void check_counts(const Ledger& ledger, const std::vector<Server*>& running, Verdict& verdict);

}  // namespace tally::sim
