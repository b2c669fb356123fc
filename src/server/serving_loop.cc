#include "server/serving_loop.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "net/boot_clock.h"

namespace tally {

namespace {

RespFigures resp_figures(const ServingLoop::Shared& shared) {
  const RespStatus& resp = shared.resp;
  return {.run = resp.run,
          .port = resp.port,
          .uptime = net::BootClock::now() - resp.started,
          .connections = resp.load.connections,
          .most_connections = resp.limits.connections,
          .connections_ever = resp.connections_ever,
          .commands_ever = resp.commands_ever.sum(),
          .adds_ever = shared.counting.adds(),
          .starting = shared.status.state == ServerState::starting};
}

}  // namespace

ServingLoop::ServingLoop(boost::asio::io_context& loop, Acceptor http, std::optional<Acceptor> resp,
                         const Shared& shared)
    : loop_(loop),
      thread_(shared.counting),
      confirmations_(loop,
                     [&replica = shared.replica](std::size_t by_disk, std::size_t by_peers) {
                       replica.confirm(by_disk, by_peers);
                     }),
      handler_(loop, shared.access, shared.counting, shared.listings, shared.replica, shared.status,
               shared.freshness, shared.policy, thread_, confirmations_, shared.requests,
               shared.options.tls.ask_clients),
      server_(loop, std::move(http), handler_, shared.options.limits, shared.load, &confirmations_.holds(),
              &shared.requests.answers(), shared.tls),
      resp_commands_(thread_, shared.access, shared.policy, [shared] { return resp_figures(shared); }),
      resp_(resp ? std::make_shared<RespListener>(
                       loop, std::move(*resp),
                       RespHost{resp_commands_, confirmations_, shared.policy, shared.resp})
                 : nullptr) {
  if (resp_) resp_->start();
}

ServingLoop::~ServingLoop() {
  if (resp_) resp_->close();
}

void ServingLoop::release(const Replica::Held& held) {
  boost::asio::post(loop_, [this, held] { confirmations_.release(held); });
}

void ServingLoop::release_fresh_reads(Instant since) {
  boost::asio::post(loop_, [this, since] { handler_.release_fresh_reads(since); });
}

void ServingLoop::stop(net::Done stopped) {
  boost::asio::post(loop_, [this, stopped = std::move(stopped)] {
    const auto open = std::make_shared<int>(resp_ ? 2 : 1);
    const auto one_stopped = [open, stopped] {
      if (--*open == 0) stopped();
    };
    server_.stop(one_stopped);
    if (resp_) resp_->stop(one_stopped);
  });
}

}  // namespace tally
