// What an HTTP server lets its clients use.
#pragma once

#include <cstddef>

#include "base/duration.h"
#include "net/connection_limits.h"

namespace tally::net {

struct HttpLimits : ConnectionLimits {
  std::size_t header_bytes = std::size_t{8} * 1024;  // request line and fields together
  std::size_t body_bytes = std::size_t{1024} * 1024;

  Duration header_timeout = std::chrono::seconds(10);  // from a request's first byte to the end of its header
  Duration body_timeout = std::chrono::seconds(30);    // from there to the end of its body

  // Unanswered, of one connection. At the bound the server reads no further.
  std::size_t pipelined_requests = 128;
};

}  // namespace tally::net
