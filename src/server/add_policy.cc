#include "server/add_policy.h"

#include <string>

namespace tally {

Result<void> AddPolicy::check_open() const {
  if (status_.removed) {
    return Error{
        Errc::forbidden,
        "This server was removed from its cluster: nothing was counted. Ask the balancer for another one."};
  }
  switch (status_.state.load(std::memory_order_relaxed)) {
    case ServerState::ready: return {};
    case ServerState::starting:
      return Error{
          Errc::unavailable,
          "This server is starting and asks the others what they know: nothing was counted. Try again soon."};
    default:
      return Error{Errc::unavailable,
                   "This server is stopping: nothing was counted. Ask the balancer for another one."};
  }
}

Result<void> AddPolicy::check_can_be_had(Ack ack) const {
  if (ack.holder == Ack::Holder::memory) return {};
  if (ack.holder == Ack::Holder::disk) {
    if (!has_disk_) {
      return Error{Errc::invalid,
                   "ack=disk can't be had from this server, which keeps its counts in memory: nothing was "
                   "counted. Use ack=memory, or start the server with --data."};
    }
    if (!status_.disk_full.load(std::memory_order_relaxed)) return {};
    return Error{Errc::full,
                 "The disk is full: nothing was counted. Free some space; it goes on by itself. Adds with "
                 "ack=memory go on meanwhile."};
  }
  const std::uint32_t peers = status_.peers.load(std::memory_order_relaxed);
  if (ack.peers <= peers) return {};
  return Error{Errc::invalid, "ack=" + to_text(ack) + " can't be had: this server knows " +
                                  std::to_string(peers) +
                                  " other server(s). Nothing was counted. Ask for fewer, or start more."};
}

Result<void> AddPolicy::check_add() const {
  auto open = check_open();
  return open ? check_can_be_had(default_ack_) : open;
}

}  // namespace tally
