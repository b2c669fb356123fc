// Tally beside its peers: the same adds, the same faults, the same judge.
#pragma once

#include <functional>
#include <string>

#include "base/duration.h"

namespace tally::chaos {

// Prints a Markdown table: a line for each system, a column for each fault. Of systems, those whose names
// contain `only`; a system whose program is not installed is named below the table. False where values could
// not be read.
bool compare(const std::string& only, const std::function<bool()>& interrupted);

}  // namespace tally::chaos
