#include "chaos/probes.h"

#include <utility>

namespace tally::chaos {

Probes::Add Probes::next() const { return {counter(), std::int64_t{1} << (2 * (made_ % kAddsPerCounter))}; }

void Probes::record(Attempt attempt) {
  newest_ = counter();
  attempts_[newest_].push_back(std::move(attempt));
  ++made_;
}

}  // namespace tally::chaos
