#include "net/http_server.h"

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include "net/http_session.h"
#include "net/tcp_server.h"

namespace tally::net {

namespace {

using boost::asio::ip::tcp;

// Fine enough for the shortest time limit, and for a Date that changes every second.
Duration tick_for(const HttpLimits& limits) {
  const Duration shortest = std::min({limits.handshake_timeout, limits.header_timeout, limits.body_timeout,
                                      limits.idle_timeout, limits.linger_timeout});
  return std::clamp<Duration>(shortest / 4, std::chrono::milliseconds(1), std::chrono::milliseconds(500));
}

}  // namespace

class HttpServer::Impl final : public TcpServer {
 public:
  Impl(boost::asio::io_context& loop, tcp::acceptor acceptor, HttpHandler& handler, const HttpLimits& limits,
       ServerLoad& load, Holds* holds, AnswerCounts* answers, TlsContext* tls)
      : TcpServer(loop, std::move(acceptor), limits, load, tick_for(limits), tls),
        http_{handler, limits, std::make_shared<ReplyMailbox>(loop), holds,
              answers == nullptr ? std::nullopt : std::optional(answers->make_part())} {}

  void close() override {
    http_.mailbox->close();
    TcpServer::close();
  }

 private:
  std::shared_ptr<Connection> welcome(tcp::socket socket, bool counted) override {
    return std::make_shared<HttpSession>(std::move(socket), host(), http_, counted);
  }
  void on_tick() override { http_.date = http_date(std::time(nullptr)); }

  HttpHost http_;
};

HttpServer::HttpServer(boost::asio::io_context& loop, tcp::acceptor acceptor, HttpHandler& handler,
                       const HttpLimits& limits, ServerLoad& load, Holds* holds, AnswerCounts* answers,
                       TlsContext* tls)
    : impl_(std::make_shared<Impl>(loop, std::move(acceptor), handler, limits, load, holds, answers, tls)) {
  impl_->start();
}

HttpServer::~HttpServer() { impl_->close(); }

void HttpServer::stop(std::function<void()> stopped) { impl_->stop(std::move(stopped)); }

}  // namespace tally::net
