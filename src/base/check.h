// Checks of our own reasoning. A check that fails is a bug in Tally, never bad input: bad input is an Error.
#pragma once

namespace tally {

// Says on stderr which condition did not hold, and where, and aborts the process.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace tally

// Stays on in release builds: a counter that goes on after its invariant broke would count wrong in silence.
#define TALLY_CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::tally::check_failed(#condition, __FILE__, __LINE__))
