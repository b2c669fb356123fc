// How long is waited for others: for a peer's answer, after which its server asks again, or somebody else;
// and for a disk or peers to hold an add, after which its client hears who does by then. The programs and
// the simulator wait alike.
#pragma once

#include <algorithm>
#include <chrono>

#include "cluster/replica.h"

namespace tally {

inline constexpr unsigned kPatienceIntervals = 2;
inline constexpr Duration kLeastPatience = std::chrono::seconds(1);
inline constexpr Duration kStreamPatience = std::chrono::seconds(30);  // as many counters as there are
inline constexpr Duration kAckPatience = std::chrono::seconds(2);

inline Duration patience(const PeerRequest& request, Duration share_interval) {
  if (std::holds_alternative<PeerRequest::AskStream>(request.question)) return kStreamPatience;
  return std::max(kLeastPatience, kPatienceIntervals * share_interval);
}

}  // namespace tally
