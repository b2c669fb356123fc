// The load balancing server: tells clients which counting server is theirs, and shows the cluster to people.
// It keeps no count.
#pragma once

#include "balancer/options.h"

namespace tally {

// Runs until SIGTERM or SIGINT. Returns the exit status: 1, after one line on stderr, if it cannot listen.
int run_balancer(const BalancerOptions& options);

}  // namespace tally
