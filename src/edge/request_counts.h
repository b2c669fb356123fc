// What was asked for over HTTP by those who may, and how everything was answered.
#pragma once

#include <array>
#include <cstddef>

#include "api/route.h"
#include "edge/metrics.h"
#include "net/answer_counts.h"
#include "net/per_loop_count.h"

namespace tally {

// Any thread: each handler counts for itself, on cache lines of its own.
class RequestCounts {
 public:
  static constexpr std::size_t kActions = static_cast<std::size_t>(Action::describe) + 1;
  using Parts = std::array<net::PerLoopCount::Part*, kActions>;

  // One handler's, by action; they stay as long as this does.
  Parts make_parts();

  // For the program's HTTP servers.
  net::AnswerCounts& answers() { return answers_; }

  // As tally_requests_total, of all that the program is for, looking after it left out; and as
  // tally_responses_total, of everything.
  void show(Program program, MetricsPage& page) const;

 private:
  std::array<net::PerLoopCount, kActions> counts_;
  net::AnswerCounts answers_;
};

}  // namespace tally
