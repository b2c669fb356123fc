// What a server lets its clients use.
#pragma once

#include <atomic>
#include <cstddef>

#include "base/duration.h"

namespace tally::net {

struct HttpLimits {
  std::size_t header_bytes = std::size_t{8} * 1024;  // request line and fields together
  std::size_t body_bytes = std::size_t{1024} * 1024;

  Duration header_timeout = std::chrono::seconds(10);  // from a request's first byte to the end of its header
  Duration body_timeout = std::chrono::seconds(30);    // from there to the end of its body
  Duration idle_timeout =
      std::chrono::seconds(60);  // between requests; and for a client that reads no answer
  Duration linger_timeout = std::chrono::seconds(2);  // for the client to close, too, what we have closed

  // Of one connection. At either bound the server reads no further until the client has taken answers.
  std::size_t pipelined_requests = 128;               // unanswered
  std::size_t unsent_bytes = std::size_t{64} * 1024;  // one answer may be larger

  // Of all loops that share an HttpLoad. Connections above the limit are told so, up to refused_connections
  // on each loop at a time, and closed. While more bytes are held than that, bodies that come in pieces are
  // refused.
  std::size_t connections = 10'000;
  std::size_t refused_connections = 64;
  std::size_t held_bytes = std::size_t{256} * 1024 * 1024;
};

// What all loops of one server carry together. Outlives them. Any thread.
struct HttpLoad {
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> held_bytes{0};  // by unfinished requests and unsent answers
};

}  // namespace tally::net
