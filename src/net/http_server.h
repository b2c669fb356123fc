// An HTTP/1.1 server on one event loop: bytes in, bytes out. It knows no counter.
//
// Requests are parsed from whatever a read brought, all of them; answers leave in the order of their requests, and all
// answers that are ready after one read leave in one write. A handler may answer at once or later.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/duration.h"
#include "base/result.h"

namespace tally::net {

struct HttpLimits {
  std::size_t header_bytes = 8 * 1024;
  std::size_t body_bytes = 1024 * 1024;
  Duration header_timeout = std::chrono::seconds(10);  // from the first byte of a request to the end of its header
  Duration body_timeout = std::chrono::seconds(30);    // from there to the end of its body
  Duration idle_timeout = std::chrono::seconds(60);    // between requests
  std::size_t connections = 10'000;                    // over all loops that share a ConnectionCount
};

enum class Method : std::uint8_t { get, head, post, put, del, other };

// Valid only while HttpHandler::handle runs.
struct HttpRequest {
  Method method;
  std::string_view target;        // as sent: path and query, percent-encoded
  std::string_view content_type;  // empty if there is none
  std::string_view accept;        // empty if there is none
  std::string_view body;
  std::string_view peer_address;  // without the port: "127.0.0.1"
};

struct HttpResponse {
  unsigned status = 200;
  std::string_view content_type;  // empty: no body is sent
  std::string_view body;
  std::string_view extra_headers;  // whole lines, each ended by CRLF: "Retry-After: 1\r\n"
};

// An answer that is still owed. May be moved to, and answered from, any thread, once; answering after the
// connection has closed does nothing. Destroyed unanswered, it closes the connection.
class LaterReply {
 public:
  void send(const HttpResponse& response) &&;
};

// Where a handler puts its answer.
class HttpExchange {
 public:
  void send(const HttpResponse& response);
  LaterReply later();
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  // Exactly one of exchange.send() and exchange.later() is called before it returns. May not throw.
  virtual void handle(const HttpRequest& request, HttpExchange& exchange) = 0;

  // The body (and its content type) for a request that never became one: 400, 408, 413, 431, 503. The server adds
  // "Connection: close" and closes.
  virtual void refuse(const Error& error, HttpExchange& exchange) = 0;
};

}  // namespace tally::net
