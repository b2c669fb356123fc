// How the whole server is, for all its threads.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/member.h"

namespace tally {

// Written by the cluster's loop, read by any thread.
struct ServerStatus {
  // A life has one direction: starting, ready, draining, down. False, and nothing changed, for a step back.
  bool advance(ServerState to) {
    if (to <= state) return false;
    state = to;
    return true;
  }

  // It takes adds and reads, and whoever sends clients knows.
  bool ready() const { return state == ServerState::ready && announced && !removed; }

  std::atomic<ServerState> state{ServerState::starting};
  std::atomic<bool> announced{false};   // every balancer that can be reached knows that it is ready
  std::atomic<bool> removed{false};     // from its cluster, for good
  std::atomic<bool> disk_full{false};   // its last commit found no room
  std::atomic<std::uint32_t> peers{0};  // known servers but this one, those removed left out
};

}  // namespace tally
