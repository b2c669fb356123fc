#include "server/confirmations.h"

#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

namespace tally {

namespace {
constexpr std::uint32_t kDiskGate = 0;
}

Confirmations::Confirmations(boost::asio::io_context& loop, Confirm confirm)
    : loop_(loop), confirm_(std::move(confirm)), holds_(loop, kLimit) {}

net::Hold Confirmations::await(Ack ack, Sequence ticket, std::size_t adds) {
  const bool by_disk = ack.holder == Ack::Holder::disk;
  (by_disk ? by_disk_ : by_peers_) += adds;
  ask_to_confirm();
  return {by_disk ? kDiskGate : ack.peers, number(ticket)};
}

// Not before the turn has ended: a commit that began with its first add would leave the others to the next
// one, and clients would split into two crowds that each wait out two commits.
void Confirmations::ask_to_confirm() {
  if (std::exchange(asking_, true)) return;
  boost::asio::post(loop_, [this] {
    asking_ = false;
    confirm_(std::exchange(by_disk_, 0), std::exchange(by_peers_, 0));
  });
}

void Confirmations::release(const Replica::Held& held) {
  std::vector<std::uint64_t> gates{number(held.disk)};
  for (const Sequence mark : held.peers) gates.push_back(number(mark));
  holds_.open(std::move(gates));
}

Ack Confirmations::asked_for(net::Hold hold) {
  return hold.gate == kDiskGate ? Ack{Ack::Holder::disk} : Ack{Ack::Holder::peers, hold.gate};
}

// Peers that hold it are worth more than a disk: they survive the loss of this machine.
Ack Confirmations::got(net::Hold hold) const {
  std::uint32_t peers = hold.gate;
  while (peers > 0 && !holds_.is_open({peers, hold.number})) --peers;
  if (peers > 0) return {Ack::Holder::peers, peers};
  return {holds_.is_open({kDiskGate, hold.number}) ? Ack::Holder::disk : Ack::Holder::memory};
}

}  // namespace tally
