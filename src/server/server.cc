#include "server/server.h"

#include <csignal>
#include <cstdio>

#include <boost/asio/signal_set.hpp>
#include <google/protobuf/stubs/logging.h>
#include <spdlog/spdlog.h>

#include "edge/access_watch.h"
#include "net/descriptors.h"
#include "server/counting_server.h"
#include "store/rocks_store.h"

namespace tally {

namespace {

Result<std::unique_ptr<CountingServer>> make_server(ServerOptions options, boost::asio::io_context& cluster) {
  const std::size_t protocols = options.resp ? 2 : 1;
  const std::size_t connections = net::make_room_for_connections(options.limits, options.threads, protocols);
  if (connections < options.limits.connections) {
    spdlog::warn("{}", net::too_few_descriptors(options.limits.connections, connections));
    options.limits.connections = connections;
  }
  std::unique_ptr<Store> store;
  if (!options.data.empty()) {
    auto opened = RocksStore::open(options.data);
    if (!opened) return opened.error();
    for (const std::string& notice : (*opened)->notices()) spdlog::warn("{}", notice);
    store = std::move(*opened);
  }
  return CountingServer::listen(options, std::move(store), cluster);
}

}  // namespace

int run_server(const ServerOptions& options) {
  // It would write to stderr what any stranger sends; wire.h says the same in the error that it returns.
  google::protobuf::SetLogHandler(nullptr);
  boost::asio::io_context cluster(1);
  auto server = make_server(options, cluster);
  if (!server) {
    std::fprintf(stderr, "tally server: %s\n", server.error().detail.c_str());
    return 1;
  }
  spdlog::info("server '{}' listens on {}, run {}", options.id.text(), (*server)->url(),
               (*server)->self().run.text());
  if (const std::string resp = (*server)->resp_address(); !resp.empty()) {
    spdlog::info("server '{}' speaks the Redis protocol on {}", options.id.text(), resp);
  }
  const AccessWatch watch(cluster, (*server)->access());
  boost::asio::signal_set signals(cluster, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) (*server)->stop([&cluster] { cluster.stop(); });
  });
  (*server)->start();
  cluster.run();
  spdlog::info("server '{}' stopped", options.id.text());
  return 0;
}

}  // namespace tally
