// One line on a terminal that says how far a long command is.
#pragma once

#include <cstdint>
#include <iosfwd>

#include "base/duration.h"

namespace tally {

class ProgressBar {
 public:
  // `total_bytes` 0: not known, and only the lines are shown. `terminal` outlives this.
  ProgressBar(std::ostream& terminal, std::uint64_t total_bytes)
      : terminal_(terminal), total_bytes_(total_bytes) {}

  // Draws at most ten times a second.
  void show(std::uint64_t bytes, std::uint64_t lines, Instant now);

  // Before anything else is written to the terminal.
  void clear();

 private:
  std::ostream& terminal_;
  std::uint64_t total_bytes_;
  bool shown_ = false;
  Instant shown_at_{};
};

}  // namespace tally
