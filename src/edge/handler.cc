#include "edge/handler.h"

#include "api/media_type.h"
#include "api/openapi.h"
#include "api/server_state.h"
#include "api/text.h"
#include "edge/answers.h"

namespace tally {

void Handler::handle(const net::HttpRequest& request, net::HttpExchange& exchange) {
  body_.clear();
  const auto route = find_route(program_, request.method, request.target, scratch_);
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
  OwnedResponse problem = problem_response(route.error());
  if (route.error().code == Errc::method_not_allowed) {
    problem.extra_headers += "Allow: " + allowed_methods(program_, request.target) + "\r\n";
  }
  exchange.send(problem.view());
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
