// A counting server's answers. Adds and reads are done here and now, by the loop's own thread; what other
// servers ask is handed to the cluster's loop and answered later.
#pragma once

#include <vector>

#include "api/ack.h"
#include "api/add_request.h"
#include "count/counting.h"
#include "edge/handler.h"
#include "server/replica_shell.h"
#include "server/status.h"

namespace tally {

class CountingHandler : public Handler {
 public:
  CountingHandler(Counting& counting, ReplicaShell& replica, const ServerStatus& status, Ack default_ack);

 protected:
  void serve(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange) override;

 private:
  void serve_counter(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange);
  // These write into body(), or say why nothing was counted.
  Result<void> add(const Route& route, const net::HttpRequest& request);
  Result<void> add_batch(const Route& route, const net::HttpRequest& request);
  Result<void> list(const Route& route);
  // Returns the type of what it wrote.
  std::string_view read(const Route& route, const net::HttpRequest& request);
  void show_tree(const Route& route);
  void serve_peer(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange);
  Result<Ack> ack_of(const Route& route) const;
  Result<void> check_open() const;

  Counting& counting_;
  ReplicaShell& replica_;
  const ServerStatus& status_;
  const Ack default_ack_;
  CountingThread thread_;
  AddReader reader_;
};

}  // namespace tally
