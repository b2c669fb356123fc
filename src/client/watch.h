// `tally watch`: counters' values as they change, until Ctrl-C.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/int128.h"
#include "base/result.h"
#include "client/failover_client.h"
#include "client/output.h"
#include "client/words.h"

namespace tally {

// What to write after each look. Pure.
class WatchView {
 public:
  // `redraws`: on a terminal a counter keeps its line, which has its rate, too; else each change is a new
  // line.
  WatchView(std::vector<std::string> names, OutputFormat format, bool redraws)
      : names_(std::move(names)), format_(format), redraws_(redraws) {}

  // `values` stand in the order of the names; a line is cut at `width` columns.
  std::string show(const std::vector<Int128>& values, Instant now, std::size_t width);

 private:
  std::string changes(const std::vector<Int128>& values) const;
  std::string screen(const std::vector<Int128>& values, Instant now, std::size_t width) const;

  std::vector<std::string> names_;
  OutputFormat format_;
  bool redraws_;
  std::vector<Int128> shown_;  // empty before the first look
  Instant shown_at_{};
};

// Ends well by Ctrl-C. A look that fails is said once, until one succeeds again; the error is that of the
// first look, or of `output`.
Result<void> watch(FailoverClient& client, const WatchCommand& command, const Output& output);

}  // namespace tally
