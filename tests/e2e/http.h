// Asking servers, in one line each. An answer that the OpenAPI document does not promise fails the test.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include "api/openapi.h"
#include "base/int128.h"
#include "net/blocking_client.h"
#include "tests/api/openapi_checker.h"

namespace tally::e2e {

// An answer that did not come has status 0, and the reason as its body. One thread.
class Http {
 public:
  // `token`: shown with each request; empty: none. `tls`: as net::HttpClient's.
  explicit Http(const std::string& token = {}, std::shared_ptr<net::TlsContext> tls = nullptr)
      : authorization_(token.empty() ? "" : "Bearer " + token),
        client_({.answer_timeout = std::chrono::seconds(30)}, std::move(tls)) {}
  explicit Http(std::shared_ptr<net::TlsContext> tls) : Http({}, std::move(tls)) {}

  net::ClientResponse get(const net::Url& server, const std::string& target, const std::string& accept = "");
  net::ClientResponse post(const net::Url& server, const std::string& target, const std::string& body = "",
                           const std::string& content_type = "application/json");
  net::ClientResponse send(net::ClientRequest request);

  // Adds to a counter, whose name needs no encoding; the status.
  unsigned add(const net::Url& server, const std::string& name, std::int64_t delta = 1);

  // The counter's value; nothing when the server does not answer.
  std::optional<Int128> value(const net::Url& server, const std::string& name);

  // All counters, page by page.
  std::map<std::string, Int128> counters(const net::Url& server);

  // The server's collation tree of a counter: {"name":...,"nodes":[...]}; null when it does not answer.
  boost::json::value tree(const net::Url& server, const std::string& name);

 private:
  OpenApiChecker checker_{openapi_document()};
  const std::string authorization_;
  net::BlockingClient client_;
};

}  // namespace tally::e2e
