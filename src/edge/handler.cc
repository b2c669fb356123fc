#include "edge/handler.h"

#include <memory>

#include <spdlog/spdlog.h>

#include "api/media_type.h"
#include "api/openapi.h"
#include "api/server_state.h"
#include "api/text.h"
#include "edge/answers.h"
#include "net/boot_clock.h"

namespace tally {

namespace {

struct KnownConnection final : net::Keepsake {
  Visitor visitor{};
};

Visitor& visitor_of(const net::HttpRequest& request) {
  if (!*request.keepsake) *request.keepsake = std::make_unique<KnownConnection>();
  return static_cast<KnownConnection&>(**request.keepsake).visitor;  // nobody else leaves anything
}

}  // namespace

Handler::Handler(Program program, const Access& access, RequestCounts& requests)
    : program_(program),
      requests_(requests.make_parts()),
      gate_(access),
      strangers_([](const std::string& text) { spdlog::warn("{}", text); }) {}

void Handler::handle(const net::HttpRequest& request, net::HttpExchange& exchange) {
  body_.clear();
  const auto route = find_route(program_, request.method, request.target, scratch_);
  if (route && !gate_.is_open_to_all(route->demands) && !admit(*route, request, exchange)) return;
  if (route) requests_[static_cast<std::size_t>(route->action)]->add(1);
  if (route && !request.content_encoding.empty()) {
    OwnedResponse problem = problem_response(
        {Errc::unsupported_type, "The content encoding " + quote(request.content_encoding) +
                                     " is not understood here: send the body as it is, without encoding."});
    problem.extra_headers += "Accept-Encoding: identity\r\n";  // RFC 9110, 15.5.16
    exchange.send(problem.view());
    return;
  }
  if (route) {
    serve(*route, request, exchange);
    return;
  }
  refuse_route(route.error(), request, exchange);
}

// Where there are tokens, strangers do not fill our memory: their bodies are read for nobody. What everybody
// may ask for needs none.
bool Handler::wants_body(const net::HttpRequest& header, net::HttpExchange& exchange) {
  if (!gate_.knows_tokens()) return true;
  const auto route = find_route(program_, header.method, header.target, scratch_);
  if (!route) {
    refuse_route(route.error(), header, exchange);
    return false;
  }
  if (!gate_.is_open_to_all(route->demands)) return admit(*route, header, exchange);
  handle(header, exchange);
  return false;
}

void Handler::refuse_route(const Error& error, const net::HttpRequest& request, net::HttpExchange& exchange) {
  OwnedResponse problem = problem_response(error);
  if (error.code == Errc::method_not_allowed) {
    problem.extra_headers += "Allow: " + allowed_methods(program_, request.target) + "\r\n";
  }
  exchange.send(problem.view());
}

bool Handler::admit(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange) {
  const std::string_view secret = bearer_secret(request.authorization);
  const Bearer* const bearer = secret.empty() ? nullptr : &gate_.recognise(secret, visitor_of(request));
  if (bearer != nullptr && bearer->scopes.has_any_of(route.demands)) return true;
  const Denial denial = deny(route.demands, bearer);
  OwnedResponse problem = problem_response(denial.error);
  problem.extra_headers += "WWW-Authenticate: " + denial.challenge + "\r\n";
  exchange.send(problem.view());
  if (route.demands == kForServers) {
    strangers_.warn(net::BootClock::now(),
                    "Somebody at " + std::string(request.peer_address) +
                        " wants to pass for a server of this cluster without its secret, and was refused. If "
                        "it is one, start it with the same --cluster-token-file.");
  }
  return false;
}

void Handler::refuse(const Error& error, net::HttpExchange& exchange) {
  exchange.send(problem_response(error).view());
}

void Handler::send_description(net::HttpExchange& exchange) {
  exchange.send({200, kJsonType, openapi_document(), {}});
}

void Handler::send_json(net::HttpExchange& exchange) { exchange.send({200, kJsonType, body_, {}}); }

void Handler::send_health(ServerState state, std::string_view reason, net::HttpExchange& exchange) {
  body_.append(R"({"state":")").append(to_string(state));
  if (!reason.empty()) body_.append(R"(","reason":")").append(reason);
  body_.append(R"("})");
  exchange.send({reason.empty() ? 200U : 503U, kJsonType, body_, reason.empty() ? "" : "Retry-After: 1\r\n"});
}

}  // namespace tally
