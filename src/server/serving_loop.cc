#include "server/serving_loop.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "net/boot_clock.h"

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

ServingLoop::~ServingLoop() {
  if (resp_) resp_->close();
}

void ServingLoop::serve_resp(boost::asio::ip::tcp::acceptor acceptor, const Shared& shared) {
  resp_commands_ = std::make_unique<RespCommands>(
      thread_, shared.policy, [&status = shared.status, &counting = shared.counting, &resp = shared.resp] {
        return RespFigures{.run = resp.run,
                           .port = resp.port,
                           .uptime = net::BootClock::now() - resp.started,
                           .connections = resp.load.connections,
                           .most_connections = resp.limits.connections,
                           .connections_ever = resp.connections_ever,
                           .commands_ever = resp.commands_ever,
                           .adds_ever = counting.adds(),
                           .starting = status.state == ServerState::starting};
      });
  resp_ = std::make_shared<RespListener>(
      loop_, std::move(acceptor), RespHost{*resp_commands_, confirmations_, shared.policy, shared.resp});
  resp_->start();
}

void ServingLoop::release(const Replica::Held& held) {
  boost::asio::post(loop_, [this, held] { confirmations_.release(held); });
}

void ServingLoop::release_fresh_reads(Instant since) {
  boost::asio::post(loop_, [this, since] { handler_.release_fresh_reads(since); });
}

void ServingLoop::stop(net::Done stopped) {
  boost::asio::post(loop_, [this, stopped = std::move(stopped)] {
    server_.stop([this, stopped] { resp_ ? resp_->stop(stopped) : stopped(); });
  });
}

}  // namespace tally
