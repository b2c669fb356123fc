// How the whole server is, for all its threads.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/member.h"

namespace tally {

// Written by the cluster's loop, read by any thread.
struct ServerStatus {
  std::atomic<ServerState> state{ServerState::starting};
  std::atomic<bool> announced{false};   // every balancer that can be reached knows that it is ready
  std::atomic<bool> removed{false};     // from its cluster, for good
  std::atomic<bool> disk_full{false};   // its last commit found no room
  std::atomic<std::uint32_t> peers{0};  // known servers but this one, those removed left out
};

}  // namespace tally
