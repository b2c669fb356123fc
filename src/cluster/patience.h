// How long a peer's answer is waited for; then its server asks again, or somebody else. The programs and the
// simulator wait alike.
#pragma once

#include <algorithm>
#include <chrono>

#include "cluster/replica.h"

namespace tally {

inline constexpr unsigned kPatienceIntervals = 2;
inline constexpr Duration kLeastPatience = std::chrono::seconds(1);
inline constexpr Duration kStreamPatience = std::chrono::seconds(30);  // as many counters as there are

inline Duration patience(const PeerRequest& request, Duration share_interval) {
  if (std::holds_alternative<PeerRequest::AskStream>(request.question)) return kStreamPatience;
  return std::max(kLeastPatience, kPatienceIntervals * share_interval);
}

}  // namespace tally
