// What serves clients on one event loop, with its thread.
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "count/counting.h"
#include "net/http_server.h"
#include "net/within.h"
#include "server/add_policy.h"
#include "server/confirmations.h"
#include "server/counting_handler.h"
#include "server/freshness.h"
#include "server/listings.h"
#include "server/options.h"
#include "server/replica_shell.h"
#include "server/resp_listener.h"
#include "server/resp_status.h"
#include "server/status.h"

namespace tally {

class ServingLoop {
 public:
  // What all loops of a server share. Outlives them.
  struct Shared {
    const ServerOptions& options;
    const Access& access;
    Counting& counting;
    Listings& listings;
    ReplicaShell& replica;
    const ServerStatus& status;
    const Freshness& freshness;
    const AddPolicy& policy;
    net::ServerLoad& load;
    RespStatus& resp;
    RequestCounts& requests;
    net::TlsContext* tls = nullptr;  // null: clients speak none
  };

  using Acceptor = boost::asio::ip::tcp::acceptor;

  // On the loop's thread, or while it does not run, as the destructor. `resp`: of those who speak the Redis
  // protocol, if anybody may.
  ServingLoop(boost::asio::io_context& loop, Acceptor http, std::optional<Acceptor> resp,
              const Shared& shared);
  ~ServingLoop();
  ServingLoop(const ServingLoop&) = delete;
  ServingLoop& operator=(const ServingLoop&) = delete;

  // All these: any thread; done on the loop's.
  //
  // How far our own open stream is held now.
  void release(const Replica::Held& held);
  // Every other server was asked at `since` or later.
  void release_fresh_reads(Instant since);
  // Finishes what is under way and calls `stopped`, on the loop. Once only.
  void stop(net::Done stopped);

 private:
  boost::asio::io_context& loop_;
  CountingThread thread_;
  Confirmations confirmations_;
  CountingHandler handler_;
  net::HttpServer server_;
  RespCommands resp_commands_;
  const std::shared_ptr<RespListener> resp_;  // null: nobody may
};

}  // namespace tally
