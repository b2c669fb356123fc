#include "server/fresh_reads.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "net/boot_clock.h"

namespace tally {

FreshReads::FreshReads(boost::asio::io_context& loop, std::function<void()> refresh,
                       std::function<void(FreshRead)> answer)
    : loop_(loop), timer_(loop), refresh_(std::move(refresh)), answer_(std::move(answer)) {}

void FreshReads::wait(std::string name, ReplyType type, net::LaterReply reply) {
  waiting_.push_back({std::move(name), type, net::BootClock::now(), std::move(reply)});
  if (!timer_set_) set_timer();
  if (std::exchange(asking_, true)) return;
  boost::asio::post(loop_, [this] {
    asking_ = false;
    refresh_();
  });
}

void FreshReads::release(Instant since) {
  while (!waiting_.empty() && waiting_.front().asked <= since) {
    answer_(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

void FreshReads::set_timer() {
  timer_set_ = !waiting_.empty();
  if (!timer_set_) return;
  timer_.expires_after(waiting_.front().asked + kLimit - net::BootClock::now());
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    release(net::BootClock::now() - kLimit);
    set_timer();
  });
}

}  // namespace tally
