// Planted bugs in what a server says of its freshness.
#pragma once

#include <memory>

#include "sim/sabotage.h"

namespace tally::sim {

// The age of what an answer says is counted from its arrival, not from the question.
std::unique_ptr<Sabotage> ages_by_arrival();

// Whoever vouches for another is taken to have heard it just now.
std::unique_ptr<Sabotage> relays_without_age();

}  // namespace tally::sim
