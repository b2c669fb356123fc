// A counting server's answers. Adds and reads are done here and now, by the loop's own thread; listings, and
// what other servers ask, are handed to other threads and answered later.
#pragma once

#include <boost/asio/io_context.hpp>

#include "api/ack.h"
#include "api/add_request.h"
#include "count/counting.h"
#include "edge/handler.h"
#include "server/add_policy.h"
#include "server/confirmations.h"
#include "server/fresh_reads.h"
#include "server/freshness.h"
#include "server/listings.h"
#include "server/replica_shell.h"
#include "server/status.h"

namespace tally {

class CountingHandler : public Handler {
 public:
  // `loop` is that whose thread calls it, `thread` and `confirmations` are that loop's. `peers_prove_id`:
  // only who shows a certificate of a server is taken for one.
  CountingHandler(boost::asio::io_context& loop, const Access& access, Counting& counting, Listings& listings,
                  ReplicaShell& replica, const ServerStatus& status, const Freshness& freshness,
                  const AddPolicy& policy, CountingThread& thread, Confirmations& confirmations,
                  RequestCounts& requests, bool peers_prove_id = false);

  net::HttpResponse late(const net::HttpResponse& held, net::Hold hold) override;

  // Every other server was asked at `since` or later.
  void release_fresh_reads(Instant since) { fresh_reads_.release(since); }

 protected:
  void serve(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange) override;

 private:
  // An add that is counted, and what its reply waits for.
  struct Counted {
    Sequence ticket;
    Ack ack;
  };

  void serve_add(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange);
  void serve_read(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange);
  void serve_list(const Route& route, net::HttpExchange& exchange);
  // These write into body(), or say why nothing was counted.
  Result<Counted> add(const Route& route, const net::HttpRequest& request);
  Result<Counted> add_batch(const Route& route, const net::HttpRequest& request);
  // Returns the type of what it wrote.
  std::string_view read(const Route& route, const net::HttpRequest& request);
  void read_fresh(FreshRead read);
  void show_tree(const Route& route);
  void serve_peer(const Route& route, const net::HttpRequest& request, net::HttpExchange& exchange);
  Result<Ack> ack_of(const Route& route) const;
  std::string_view why_not_ready() const;  // empty: it is

  Counting& counting_;
  Listings& listings_;
  ReplicaShell& replica_;
  const ServerStatus& status_;
  const Freshness& freshness_;
  const AddPolicy& policy_;
  CountingThread& thread_;
  Confirmations& confirmations_;
  const bool peers_prove_id_;
  AddReader reader_;
  FreshReads fresh_reads_;
};

}  // namespace tally
