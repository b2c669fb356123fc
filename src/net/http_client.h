// An HTTP/1.1 client on one event loop that keeps its connections. It knows no counter.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "base/duration.h"
#include "base/result.h"
#include "net/url.h"

namespace tally::net {

struct ClientRequest {
  std::string method;        // "GET", "POST", "PUT", "DELETE"
  Url server;                // scheme, host and port
  std::string target;        // path and query, percent-encoded
  std::string content_type;  // empty: none
  std::string accept;        // empty: none
  std::string body;
};

struct ClientResponse {
  unsigned status;
  std::string content_type;
  std::string location;     // empty if there is none
  std::string retry_after;  // empty if there is none
  std::string body;
};

struct ClientLimits {
  Duration connect_timeout = std::chrono::seconds(2);
  Duration answer_timeout = std::chrono::seconds(10);  // from the first byte sent to the last byte received
  std::size_t body_bytes = 64 * 1024 * 1024;
  std::size_t idle_connections = 8;  // kept for each server
};

// Used by the loop's thread only. Errors: Errc::unreachable when no byte of the request was sent on a fresh connection or the server
// provably did not see it; Errc::unknown_outcome when the request may have reached the server and no whole answer came;
class HttpClient {
 public:
  using Callback = std::function<void(Result<ClientResponse>)>;

  HttpClient(boost::asio::io_context& loop, ClientLimits limits);
  ~HttpClient();  // drops what is under way; those callbacks are not called

  void send(ClientRequest request, Callback callback);
};

}  // namespace tally::net
