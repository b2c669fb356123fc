// The client for whoever has nothing else to do until the answer is there: the commands.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "base/result.h"
#include "net/http_client.h"

namespace tally::net {

// One thread at a time.
class BlockingClient {
 public:
  // `tls`: as HttpClient's.
  explicit BlockingClient(const ClientLimits& limits, std::shared_ptr<TlsContext> tls = nullptr)
      : client_(loop_, limits, std::move(tls)) {}

  // As HttpClient::send(): keeps connections between calls, and is bounded by the limits.
  Result<ClientResponse> send(ClientRequest request);

 private:
  boost::asio::io_context loop_;
  HttpClient client_;
};

}  // namespace tally::net
