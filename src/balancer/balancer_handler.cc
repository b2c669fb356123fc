#include "balancer/balancer_handler.h"

#include <array>
#include <map>

#include <spdlog/spdlog.h>

#include "api/server_state.h"
#include "api/targets.h"
#include "api/uri.h"
#include "edge/answers.h"
#include "edge/member_certificate.h"
#include "edge/metrics.h"
#include "edge/process_metrics.h"
#include "net/boot_clock.h"

namespace tally {

namespace {

void refuse_with(const Error& error, net::HttpExchange& exchange) {
  exchange.send(problem_response(error).view());
}

// Who asks: `?client=`, else the address that it asks from.
Result<std::string> client_of(const Route& route, const net::HttpRequest& request) {
  auto named = client_parameter(route.query);
  if (!named) return named.error();
  return *named ? std::move(**named) : std::string(request.peer_address);
}

constexpr std::array kStates{ServerState::starting, ServerState::ready, ServerState::draining,
                             ServerState::down};

}  // namespace

BalancerHandler::BalancerHandler(const Access& access, Directory& directory, Duration lease,
                                 const net::ServerLoad& load, RequestCounts& requests,
                                 const net::TlsContext* tls, bool servers_prove_id)
    : Handler(Program::balancer, access, requests),
      directory_(directory),
      lease_(lease),
      started_(net::BootClock::now()),
      load_(load),
      requests_(requests),
      tls_(tls),
      servers_prove_id_(servers_prove_id) {}

void BalancerHandler::serve(const Route& route, const net::HttpRequest& request,
                            net::HttpExchange& exchange) {
  switch (route.action) {
    case Action::redirect: redirect(route, request, exchange); return;
    case Action::assign: assign(route, request, exchange); return;
    case Action::list_servers: list(exchange); return;
    case Action::take_heartbeat: take_heartbeat(route, request, exchange); return;
    case Action::remove_server: remove(route, exchange); return;
    case Action::tell_alive:
    case Action::tell_ready: send_health(ServerState::ready, {}, exchange); return;
    case Action::show_metrics: show_metrics(exchange); return;
    case Action::describe: send_description(exchange); return;
    default: TALLY_CHECK(false && "a route of another program");
  }
}

void BalancerHandler::redirect(const Route& route, const net::HttpRequest& request,
                               net::HttpExchange& exchange) {
  const auto client = client_of(route, request);
  if (!client) return refuse_with(client.error(), exchange);
  const auto assignment = directory_.assign(net::BootClock::now(), *client);
  if (!assignment) return refuse_with(assignment.error(), exchange);
  const std::string headers =
      "Location: " + assignment->url + std::string(origin_form(request.target)) + "\r\n";
  exchange.send({307, {}, {}, headers});
}

void BalancerHandler::assign(const Route& route, const net::HttpRequest& request,
                             net::HttpExchange& exchange) {
  const auto client = client_of(route, request);
  if (!client) return refuse_with(client.error(), exchange);
  const auto assignment = directory_.assign(net::BootClock::now(), *client);
  if (!assignment) return refuse_with(assignment.error(), exchange);
  append_assignment(body(), *assignment);
  send_json(exchange);
}

void BalancerHandler::list(net::HttpExchange& exchange) {
  append_server_list(body(), directory_.list(net::BootClock::now()));
  send_json(exchange);
}

void BalancerHandler::take_heartbeat(const Route& route, const net::HttpRequest& request,
                                     net::HttpExchange& exchange) {
  const auto id = ServerId::parse(route.subject);
  if (!id) return refuse_with(id.error(), exchange);
  if (servers_prove_id_) {
    if (const auto proven = check_speaks_for(request, *id); !proven)
      return refuse_with(proven.error(), exchange);
  }
  const auto heartbeat = read_heartbeat(request.body);
  if (!heartbeat) return refuse_with(heartbeat.error(), exchange);
  const Instant now = net::BootClock::now();
  const auto known = directory_.heartbeat(now, *id, *heartbeat);
  if (!known) return refuse_with(known.error(), exchange);
  append_heartbeat_answer(body(), {*known, to_ms_rounded_up(lease_), now - started_ < lease_});
  send_json(exchange);
}

void BalancerHandler::remove(const Route& route, net::HttpExchange& exchange) {
  const auto id = ServerId::parse(route.subject);
  if (!id) return refuse_with(id.error(), exchange);
  if (const auto removed = directory_.remove(*id); !removed) return refuse_with(removed.error(), exchange);
  spdlog::info("Server '{}' was removed. Its counts stay in every value.", id->text());
  exchange.send({204, {}, {}, {}});
}

void BalancerHandler::show_metrics(net::HttpExchange& exchange) {
  std::map<ServerState, double> servers;
  for (const ListedServer& server : directory_.list(net::BootClock::now())) ++servers[server.state];
  std::vector<MetricsPage::Series> by_state;
  by_state.reserve(kStates.size());
  for (const ServerState state : kStates) {
    by_state.push_back({{{"state", std::string(to_string(state))}}, servers[state]});
  }
  MetricsPage page;
  page.gauges("tally_servers", "Counting servers known here, by what GET /v1/servers says of them.",
              by_state);
  requests_.show(Program::balancer, page);
  page.gauge("tally_connections", "Open connections.", static_cast<double>(load_.connections));
  page.gauge("tally_held_bytes", "Memory in unfinished requests and unsent answers.",
             static_cast<double>(load_.held_bytes.sum()));
  show_tls(tls_, page);
  show_process(page);
  exchange.send({200, kMetricsType, page.text(), {}});
}

}  // namespace tally
