#include "balancer/balancer_handler.h"

#include <array>
#include <map>
#include <memory>
#include <utility>

#include <spdlog/spdlog.h>

#include "api/media_type.h"
#include "api/server_state.h"
#include "api/targets.h"
#include "api/uri.h"
#include "balancer/dashboard_files.h"
#include "balancer/watch_query.h"
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

// Nothing is asked of anybody but this balancer, no other page shows this one, and no browser keeps it longer
// than the program that it belongs to.
constexpr std::string_view kPageHeaders =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cache-Control: no-cache\r\n";

void show_dashboard(std::string_view path, net::HttpExchange& exchange) {
  const DashboardFile& file = dashboard_file(path);
  exchange.send({200, file.type, file.bytes, kPageHeaders});
}

// What the counting server answered, or why it has not.
void pass_back(const Result<net::ClientResponse>& response, net::LaterReply reply) {
  if (!response) return std::move(reply).send(problem_response(response.error()).view());
  std::string headers;
  if (!response->retry_after.empty()) headers += "Retry-After: " + response->retry_after + "\r\n";
  if (response->status == 401) headers += "WWW-Authenticate: Bearer\r\n";  // RFC 9110, 15.5.2
  std::move(reply).send({response->status, response->content_type, response->body, headers});
}

constexpr std::array kStates{ServerState::starting, ServerState::ready, ServerState::draining,
                             ServerState::down};

}  // namespace

BalancerHandler::BalancerHandler(const Access& access, Directory& directory, LiveView& live_view,
                                 net::HttpClient& servers, Duration lease, const net::ServerLoad& load,
                                 RequestCounts& requests, const net::TlsContext* tls, bool servers_prove_id)
    : Handler(Program::balancer, access, requests),
      directory_(directory),
      live_view_(live_view),
      servers_(servers),
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
    case Action::watch: watch(route, request, exchange); return;
    case Action::pass_on_add: pass_on_add(route, request, exchange); return;
    case Action::show_dashboard: show_dashboard(split_target(request.target).path, exchange); return;
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

void BalancerHandler::watch(const Route& route, const net::HttpRequest& request,
                            net::HttpExchange& exchange) {
  auto query = read_watch_query(route.query);
  if (!query) return refuse_with(query.error(), exchange);
  if (const auto room = live_view_.check_room(); !room) return refuse_with(room.error(), exchange);
  live_view_.watch(std::move(*query), std::string(request.peer_address), std::string(request.authorization),
                   exchange.stream({200, "text/event-stream", {}, "Cache-Control: no-store\r\n"}));
}

// A page may ask nobody but the server that it came from, so the redirect that clients get is followed here.
// Its content type is one that no other site's page can send here without being let in first (WHATWG Fetch,
// "CORS protocol").
void BalancerHandler::pass_on_add(const Route& route, const net::HttpRequest& request,
                                  net::HttpExchange& exchange) {
  if (!is_json(request.content_type)) {
    return refuse_with({Errc::unsupported_type,
                        "This path is for the dashboard, which sends application/json: programs add at "
                        "/v1/counters/{name}."},
                       exchange);
  }
  const auto assignment = directory_.assign(net::BootClock::now(), request.peer_address);
  if (!assignment) return refuse_with(assignment.error(), exchange);
  const auto server = onward(assignment->url, tls_ != nullptr, request.authorization);
  if (!server) return refuse_with(server.error(), exchange);
  std::string target = counter_target(route.subject);
  if (!route.query.empty()) target.append("?").append(route.query);
  const auto reply = std::make_shared<net::LaterReply>(exchange.later(net::HttpExchange::kLarge));
  servers_.send(
      {.method = "POST",
       .server = *server,
       .target = std::move(target),
       .content_type = std::string(kJsonType),
       .accept = std::string(kJsonType),
       .authorization = std::string(request.authorization),
       .body = std::string(request.body)},
      [reply](const Result<net::ClientResponse>& response) { pass_back(response, std::move(*reply)); });
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
