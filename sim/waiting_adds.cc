#include "sim/waiting_adds.h"

#include <utility>

namespace tally::sim {

void WaitingAdds::wait(const Counted& counted, Instant deadline, Reply reply) {
  queues_[counted.held.peers].push_back({counted, deadline, std::move(reply)});
}

void WaitingAdds::release(const Replica::Held& held) {
  held_ = held;
  for (auto& [peers, queue] : queues_) {
    const Sequence mark = held_by(peers);
    for (; !queue.empty() && queue.front().counted.ticket <= mark; queue.pop_front()) {
      queue.front().reply(queue.front().counted);
    }
  }
  std::erase_if(queues_, [](const auto& queue) { return queue.second.empty(); });
}

void WaitingAdds::give_up(Instant now) {
  for (auto& [peers, queue] : queues_) {
    for (; !queue.empty() && queue.front().deadline <= now; queue.pop_front()) {
      Counted& counted = queue.front().counted;
      counted.held = got(counted.ticket, peers);
      queue.front().reply(counted);
    }
  }
  std::erase_if(queues_, [](const auto& queue) { return queue.second.empty(); });
}

Sequence WaitingAdds::held_by(std::uint32_t peers) const {
  if (peers == 0) return held_.disk;
  return held_.peers.size() < peers ? Sequence{0} : held_.peers[peers - 1];
}

Ack WaitingAdds::got(Sequence ticket, std::uint32_t peers) const {
  while (peers > 0 && held_by(peers) < ticket) --peers;
  return {.disk = peers == 0 && held_.disk >= ticket, .peers = peers};
}

}  // namespace tally::sim
