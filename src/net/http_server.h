// An HTTP/1.1 server on one event loop: bytes in, bytes out. It knows no counter.
//
// Requests are parsed from whatever a read brought, all of them; answers leave in the order of their
// requests, and all answers that are ready after one read leave in one write. A handler may answer at once or
// later.
#pragma once

#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "net/answer_counts.h"
#include "net/http_handler.h"
#include "net/http_limits.h"
#include "net/http_message.h"
#include "net/tls_context.h"

namespace tally::net {

// Constructed, used and destroyed on its loop's thread, or while the loop does not run. A program has one for
// each loop, each with its own handler and one of the acceptors that listen() made, and one ServerLoad for
// all.
class HttpServer {
 public:
  // `holds`: its loop's, if the handler ever holds an answer. `answers`: where they are counted; `tls`: if
  // clients speak it; both outlive this.
  HttpServer(boost::asio::io_context& loop, boost::asio::ip::tcp::acceptor acceptor, HttpHandler& handler,
             const HttpLimits& limits, ServerLoad& load, Holds* holds = nullptr,
             AnswerCounts* answers = nullptr, TlsContext* tls = nullptr);
  ~HttpServer();  // closes every connection where it stands; replies that are still owed go nowhere
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Stops accepting, closes what is idle, answers what is under way with "Connection: close", and calls
  // `stopped` on the loop when the last connection is gone. How long that may take is bounded by the
  // handler's later replies and the time-outs; whoever cannot wait that long destroys the server. Once only.
  void stop(std::function<void()> stopped);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace tally::net
