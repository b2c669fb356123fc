#include "balancer/balancer.h"

#include <csignal>
#include <cstdio>
#include <optional>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>

#include "balancer/balancer_handler.h"
#include "balancer/directory.h"
#include "balancer/live_view.h"
#include "edge/access_watch.h"
#include "net/descriptors.h"
#include "net/http_server.h"
#include "net/listener.h"
#include "net/loops.h"
#include "net/tls_renewal.h"

namespace tally {

namespace {
constexpr std::chrono::seconds kStopLimit{5};
constexpr std::size_t kAddAnswerBytes = std::size_t{64} << 10;  // with the longest name there are some 2 KiB
}  // namespace

// One loop, run by the calling thread: a balancer's work is small, and its directory needs no lock this way.
int run_balancer(const BalancerOptions& options) {
  net::HttpLimits limits = options.limits;
  limits.connections = net::make_room_for_connections(limits, 1);
  if (limits.connections < options.limits.connections) {
    spdlog::warn("{}", net::too_few_descriptors(options.limits.connections, limits.connections));
  }
  const auto access = Access::open(options.access);
  if (!access) {
    std::fprintf(stderr, "tally balancer: %s\n", access.error().detail.c_str());
    return 1;
  }
  const auto tls = net::TlsContext::load_if_any(options.tls);
  if (!tls) {
    std::fprintf(stderr, "tally balancer: %s\n", tls.error().detail.c_str());
    return 1;
  }
  net::TlsContext* const clients_tls = *tls && (*tls)->has_certificate() ? tls->get() : nullptr;
  net::Loops loops(1);
  boost::asio::io_context& loop = loops[0];
  auto acceptors = net::listen(options.listen, loops);
  if (!acceptors) {
    std::fprintf(stderr, "tally balancer: %s\n", acceptors.error().detail.c_str());
    return 1;
  }
  Directory directory(options.lease);
  net::ServerLoad load;
  RequestCounts requests;
  net::HttpClient servers(loop, {.body_bytes = kAddAnswerBytes}, *tls);
  LiveView live_view(loop, **access, directory, *tls, clients_tls != nullptr);
  BalancerHandler handler(**access, directory, live_view, servers, options.lease, load, requests, clients_tls,
                          options.tls.ask_clients);
  const net::Endpoint local = net::local_endpoint(acceptors->front());
  net::HttpServer server(loop, std::move(acceptors->front()), handler, limits, load, nullptr,
                         &requests.answers(), clients_tls);
  spdlog::info("balancer listens on {}", net::Url{local.host, local.port, clients_tls != nullptr}.text());
  std::optional<net::TlsRenewal> renewal;
  if (clients_tls != nullptr) {
    renewal.emplace(loop, *clients_tls,
                    net::TlsRenewal::Log{[](const std::string& text) { spdlog::info("{}", text); },
                                         [](const std::string& text) { spdlog::warn("{}", text); }});
  }

  const AccessWatch watch(loop, **access);
  boost::asio::steady_timer limit(loop);
  boost::asio::signal_set signals(loop, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    live_view.end();
    server.stop([&loop] { loop.stop(); });
    limit.expires_after(kStopLimit);
    limit.async_wait([&loop](const boost::system::error_code&) { loop.stop(); });
  });
  loop.run();
  spdlog::info("balancer stopped");
  return 0;
}

}  // namespace tally
