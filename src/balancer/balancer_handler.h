// A balancer's answers: who is whose server, 307 for whatever only a counting server can answer, and the
// dashboard.
#pragma once

#include "balancer/directory.h"
#include "balancer/live_view.h"
#include "edge/handler.h"
#include "net/http_client.h"
#include "net/http_limits.h"
#include "net/tls_context.h"

namespace tally {

// All that it is given shares one loop.
class BalancerHandler : public Handler {
 public:
  // `load` is what its server carries; `servers` passes adds on; `tls` is what its
  // clients speak that with, or null. All outlive this. `servers_prove_id`: only who shows a certificate of a
  // server is taken for one.
  BalancerHandler(const Access& access, Directory& directory, LiveView& live_view, net::HttpClient& servers,
                  Duration lease, const net::ServerLoad& load, RequestCounts& requests,
                  const net::TlsContext* tls = nullptr, bool servers_prove_id = false);

 protected:
  void serve(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange) override;

 private:
  void redirect(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange);
  void assign(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange);
  void list(net::HttpExchange& exchange);
  void take_heartbeat(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange);
  void remove(const Route& route, net::HttpExchange& exchange);
  void show_metrics(net::HttpExchange& exchange);
  void watch(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange);
  void pass_on_add(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange);

  Directory& directory_;
  LiveView& live_view_;
  net::HttpClient& servers_;
  const Duration lease_;
  const Instant started_;
  const net::ServerLoad& load_;
  const RequestCounts& requests_;
  const net::TlsContext* const tls_;
  const bool servers_prove_id_;
};

}  // namespace tally
