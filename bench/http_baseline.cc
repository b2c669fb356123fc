// The HTTP server alone, answering every request with the same bytes: what is left of a request's cost when
// nothing is counted. To be compared with another server's constant answer under the same load (bench/README
// or `make bench`).
//
//   http_baseline HOST:PORT [THREADS]    runs until it is killed
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <boost/asio/signal_set.hpp>

#include "net/http_server.h"
#include "net/listener.h"
#include "net/loops.h"

namespace {

using namespace tally::net;

class SameAnswer final : public HttpHandler {
 public:
  void handle(const HttpRequest&, HttpExchange& exchange) override {
    exchange.send({200, "application/json", R"({"name":"page-views","value":1234,"ack":"memory"})", {}});
  }
  void refuse(const tally::Error&, HttpExchange& exchange) override { exchange.send({400, {}, {}, {}}); }
};

}  // namespace

int main(int argc, char** argv) {
  const auto endpoint = Endpoint::parse(argc > 1 ? argv[1] : "");
  if (!endpoint) {
    std::fprintf(stderr, "http_baseline: %s\n", endpoint.error().detail.c_str());
    return 2;
  }
  Loops loops(argc > 2 ? static_cast<std::size_t>(std::atoi(argv[2])) : 1);
  auto acceptors = listen(*endpoint, loops);
  if (!acceptors) {
    std::fprintf(stderr, "http_baseline: %s\n", acceptors.error().detail.c_str());
    return 1;
  }
  SameAnswer handler;
  HttpLoad load;
  std::vector<std::unique_ptr<HttpServer>> servers;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    servers.push_back(
        std::make_unique<HttpServer>(loops[i], std::move((*acceptors)[i]), handler, HttpLimits{}, load));
  }
  boost::asio::io_context main_loop(1);
  boost::asio::signal_set signals(main_loop, SIGINT, SIGTERM);
  signals.async_wait([](const boost::system::error_code&, int) {});
  const LoopThreads threads(loops);
  main_loop.run();
}
