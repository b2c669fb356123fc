// Where requests meet their meaning: what counting server and balancer do alike with HTTP. Each routes by its
// own table, and answers every refusal with a problem (RFC 9457).
#pragma once

#include <string>
#include <string_view>

#include "api/route.h"
#include "base/error.h"
#include "base/member.h"
#include "edge/gate.h"
#include "edge/request_counts.h"
#include "edge/warnings.h"
#include "net/http_handler.h"

namespace tally {

// A loop has its own; used by that loop's thread only.
class Handler : public net::HttpHandler {
 public:
  // `access` and `requests` outlive it.
  Handler(Program program, const Access& access, RequestCounts& requests);

  void handle(const net::HttpRequest& request, net::HttpExchange& exchange) final;
  bool wants_body(const net::HttpRequest& header, net::HttpExchange& exchange) final;
  void refuse(const Error& error, net::HttpExchange& exchange) final;

 protected:
  // Answers a request that has a route here, of somebody who may ask for that.
  virtual void serve(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange) = 0;

  // 200 with the OpenAPI document.
  static void send_description(net::HttpExchange& exchange);

  // 200 with body() as JSON.
  void send_json(net::HttpExchange& exchange);

  // For /livez and /readyz: 200 {"state":"ready"}; with a `reason` against that, 503 and "reason" too.
  // It is plain: nothing in it needs to be escaped.
  void send_health(ServerState state, std::string_view reason, net::HttpExchange& exchange);

  // For answers: emptied before each request, and used again, so that it allocates nothing in the long run.
  std::string& body() { return body_; }

 private:
  void refuse_route(const Error& error, const net::HttpRequest& request, net::HttpExchange& exchange);
  // Whether it may go on; it is answered if not.
  bool admit(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange);

  const Program program_;
  const RequestCounts::Parts requests_;
  Gate gate_;
  Warnings strangers_;
  std::string scratch_;
  std::string body_;
};

}  // namespace tally
