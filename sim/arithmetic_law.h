// The law of arithmetic: an add is taken if and only if this server's total and the value that it answers
// with fit into 64 bits, and that value is exact.
#pragma once

#include "sim/server.h"
#include "sim/verdict.h"

namespace tally::sim {

void check_arithmetic(const Server& server, const Add& add, const Watcher::Shown& before,
                      const Result<Added>& added, Verdict& verdict);

}  // namespace tally::sim
