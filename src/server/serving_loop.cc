#include "server/serving_loop.h"

#include <utility>

#include <boost/asio/post.hpp>

namespace tally {

ServingLoop::ServingLoop(boost::asio::io_context& loop, boost::asio::ip::tcp::acceptor acceptor,
                         const Shared& shared)
    : loop_(loop),
      thread_(shared.counting),
      confirmations_(loop,
                     [&replica = shared.replica](std::size_t by_disk, std::size_t by_peers) {
                       replica.confirm(by_disk, by_peers);
                     }),
      handler_(loop, shared.counting, shared.replica, shared.status, shared.freshness, shared.policy, thread_,
               confirmations_),
      server_(loop, std::move(acceptor), handler_, shared.options.limits, shared.load,
              &confirmations_.holds()) {}

void ServingLoop::release(const Replica::Held& held) {
  boost::asio::post(loop_, [this, held] { confirmations_.release(held); });
}

void ServingLoop::release_fresh_reads(Instant since) {
  boost::asio::post(loop_, [this, since] { handler_.release_fresh_reads(since); });
}

void ServingLoop::stop(net::Done stopped) {
  boost::asio::post(loop_, [this, stopped = std::move(stopped)] { server_.stop(stopped); });
}

}  // namespace tally
