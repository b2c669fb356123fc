// An HTTP/1.1 client on one event loop that keeps its connections. It knows no counter, and follows no
// redirect.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "base/duration.h"
#include "base/result.h"
#include "net/tls_context.h"
#include "net/url.h"

namespace tally::net {

struct ClientRequest {
  std::string method;  // "GET", "POST", "PUT", "DELETE"
  Url server{};
  std::string target;           // path and query, percent-encoded
  std::string content_type{};   // empty: none
  std::string accept{};         // empty: none
  std::string authorization{};  // of the field of that name; empty: none
  std::string body{};
  // Whether a second copy of the request could do no harm. GET, HEAD, PUT and DELETE are so by definition
  // (RFC 9110, 9.2.2); a POST is if its sender says so.
  bool repeatable = false;
  Duration answer_timeout{};  // zero: the client's
};

struct ClientResponse {
  unsigned status = 0;
  std::string content_type{};
  std::string location{};     // empty if there is none
  std::string retry_after{};  // empty if there is none
  std::string body{};
};

struct ClientLimits {
  Duration connect_timeout = std::chrono::seconds(2);  // finding the address included
  Duration answer_timeout = std::chrono::seconds(10);  // from the first byte sent to the last byte received
  Duration idle_timeout = std::chrono::seconds(30);    // a connection unused for longer is not used again
  std::size_t body_bytes = std::size_t{64} * 1024 * 1024;
  std::size_t idle_connections = 8;  // kept for each server
};

// Constructed, used and destroyed on its loop's thread, or while the loop does not run.
//
// Errors say what the caller may do next. Errc::unreachable: the server did not get the whole request, or it
// or we did not trust the other's certificate. Errc::invalid: the system's CAs cannot be read.
// Errc::unknown_outcome: it may have, and no whole answer came (time-out, closed, not HTTP, over the limit).
//
// A server may close a kept connection at any moment. Before each use the client looks whether it has; if it
// does so just then, a repeatable request is sent once more, on a fresh connection.
class HttpClient {
 public:
  using Callback = std::function<void(Result<ClientResponse>)>;

  // `tls`: whom https:// servers are trusted by, and our certificate if they ask; null: the system's CAs, and
  // none.
  HttpClient(boost::asio::io_context& loop, const ClientLimits& limits,
             std::shared_ptr<TlsContext> tls = nullptr);
  ~HttpClient();  // drops what is under way; those callbacks are not called
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Calls back once, from the loop, never before it returns.
  void send(ClientRequest request, Callback callback);

 private:
  class Pool;
  class Exchange;
  std::shared_ptr<Pool> pool_;
};

}  // namespace tally::net
