#include "balancer/balancer_handler.h"

#include <spdlog/spdlog.h>

#include "api/targets.h"
#include "api/uri.h"
#include "edge/answers.h"
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

}  // namespace

BalancerHandler::BalancerHandler(Directory& directory, Duration lease)
    : Handler(Program::balancer), directory_(directory), lease_(lease), started_(net::BootClock::now()) {}

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

}  // namespace tally
