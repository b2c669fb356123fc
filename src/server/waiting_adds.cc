#include "server/waiting_adds.h"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "api/media_type.h"
#include "api/render.h"
#include "net/boot_clock.h"

namespace tally {

namespace {

void reply_with(unsigned status, Ack ack, std::string body, net::LaterReply reply) {
  close_with_ack(body, ack);
  std::move(reply).send({status, kJsonType, body, {}});
}

}  // namespace

WaitingAdds::WaitingAdds(boost::asio::io_context& loop, Confirm confirm)
    : loop_(loop), timer_(loop), confirm_(std::move(confirm)) {}

void WaitingAdds::wait(Ack ack, Sequence ticket, std::string body, net::LaterReply reply) {
  queues_[ack.peers].push_back({ticket, net::BootClock::now() + kLimit, std::move(body), std::move(reply)});
  ++(ack.holder == Ack::Holder::peers ? by_peers_ : by_disk_);
  ask_to_confirm();
  if (!timer_set_) set_timer();
}

// Not before the turn has ended: a commit that began with its first add would leave the others to the next
// one, and clients would split into two crowds that each wait out two commits.
void WaitingAdds::ask_to_confirm() {
  if (std::exchange(asking_, true)) return;
  boost::asio::post(loop_, [this] {
    asking_ = false;
    confirm_(std::exchange(by_disk_, 0), std::exchange(by_peers_, 0));
  });
}

void WaitingAdds::release(const Replica::Held& held) {
  held_ = held;
  for (auto& [peers, queue] : queues_) {
    const Sequence mark = held_by(peers);
    while (!queue.empty() && queue.front().ticket <= mark) {
      Waiting& first = queue.front();
      const Ack ack = peers == 0 ? Ack{Ack::Holder::disk} : Ack{Ack::Holder::peers, peers};
      reply_with(200, ack, std::move(first.body), std::move(first.reply));
      queue.pop_front();
    }
  }
  std::erase_if(queues_, [](const auto& queue) { return queue.second.empty(); });
}

void WaitingAdds::set_timer() {
  timer_set_ = !queues_.empty();
  if (!timer_set_) return;
  Instant first = Instant::max();
  for (const auto& [peers, queue] : queues_) first = std::min(first, queue.front().deadline);
  timer_.expires_after(first - net::BootClock::now());
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    give_up_what_is_late();
    set_timer();
  });
}

void WaitingAdds::give_up_what_is_late() {
  const Instant now = net::BootClock::now();
  for (auto& [peers, queue] : queues_) {
    while (!queue.empty() && queue.front().deadline <= now) {
      Waiting& first = queue.front();
      reply_with(202, got(first.ticket, peers), std::move(first.body), std::move(first.reply));
      queue.pop_front();
    }
  }
  std::erase_if(queues_, [](const auto& queue) { return queue.second.empty(); });
}

Sequence WaitingAdds::held_by(std::uint32_t peers) const {
  if (peers == 0) return held_.disk;
  return held_.peers.size() < peers ? Sequence{0} : held_.peers[peers - 1];
}

// Less than was asked for. Peers that hold it are worth more than a disk: they survive the loss of this
// machine.
Ack WaitingAdds::got(Sequence ticket, std::uint32_t peers) const {
  while (peers > 0 && held_by(peers) < ticket) --peers;
  if (peers > 0) return {Ack::Holder::peers, peers};
  return {held_.disk >= ticket ? Ack::Holder::disk : Ack::Holder::memory};
}

}  // namespace tally
