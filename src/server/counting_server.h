// One counting server in this process: what it is made of, in the order in which it depends on itself.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "count/counting.h"
#include "net/loops.h"
#include "net/tls_renewal.h"
#include "net/within.h"
#include "server/add_policy.h"
#include "server/heartbeats.h"
#include "server/listings.h"
#include "server/options.h"
#include "server/replica_shell.h"
#include "server/server_metrics.h"
#include "server/serving_loop.h"
#include "server/status.h"

namespace tally {

// Clients are served by loops of their own, a thread each; sharing, recovery and heartbeats run on the
// cluster's loop, which the caller runs. All calls are from the cluster's thread, or while its loop stands.
class CountingServer {
 public:
  // Counts are kept in `store` too, unless that is null. Errc::invalid, Errc::unavailable: it cannot listen
  // there, or who may do what cannot be read. Errors as Store::load()'s.
  static Result<std::unique_ptr<CountingServer>> listen(const ServerOptions& options,
                                                        std::unique_ptr<Store> store,
                                                        boost::asio::io_context& cluster);

  // Where others reach it.
  const std::string& url() const { return self_.url; }
  // Where it listens for the Redis protocol; empty: nowhere.
  std::string resp_address() const;
  const Member& self() const { return self_; }
  // To be watched, on the cluster's loop.
  Access& access() { return *access_; }

  void start();

  // Finishes what is in flight, shares what is unshared, tells the balancers that it is down, and calls
  // `stopped`, within 10 seconds whatever the others do. Once only.
  void stop(net::Done stopped);

 private:
  using Acceptors = std::vector<boost::asio::ip::tcp::acceptor>;

  CountingServer(const ServerOptions& options, Member self, std::unique_ptr<Access> access,
                 boost::asio::io_context& cluster, net::Loops loops, Acceptors acceptors,
                 Acceptors resp_acceptors, std::unique_ptr<Store> store,
                 std::shared_ptr<net::TlsContext> tls);

  void become(ServerState state, net::Done told);
  void become_ready();
  // The steps of stop(), after one another.
  void close_connections(const net::Done& closed);
  void hand_over();
  void leave();
  void tell_holders(const Replica::Held& held);
  void tell_readers(Instant since);
  Heartbeat compose_heartbeat() const;

  const ServerOptions options_;
  const std::shared_ptr<net::TlsContext> tls_;  // null: nothing is said of it
  const Member self_;
  const std::unique_ptr<Access> access_;
  boost::asio::io_context& cluster_;
  net::Loops loops_;
  ServerStatus status_;
  Freshness freshness_;
  Counting counting_;
  Listings listings_;
  net::ServerLoad load_;
  RespStatus resp_;
  ServerMetrics metrics_;
  std::optional<Disk> disk_;
  ReplicaShell replica_;
  const AddPolicy policy_;
  Heartbeats heartbeats_;
  std::optional<net::TlsRenewal> renewal_;
  std::vector<std::unique_ptr<ServingLoop>> serving_;
  net::Done stopped_;
  std::unique_ptr<net::LoopThreads> threads_;  // last: when they are gone, the rest is taken down in peace
};

}  // namespace tally
