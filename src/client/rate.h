// How fast something changes, for people.
#pragma once

#include <string>

#include "base/duration.h"

namespace tally {

// A second. `time` is over 0.
double rate_of(double change, Duration time);

// "1250", "12.5" or "0.05": about three digits that mean something.
std::string rate_text(double rate);

}  // namespace tally
