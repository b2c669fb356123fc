// What a server lets its clients use.
#pragma once

#include <atomic>
#include <cstddef>

#include "base/duration.h"

namespace tally::net {

struct HttpLimits {
  std::size_t header_bytes = 8 * 1024;  // request line and fields together
  std::size_t body_bytes = 1024 * 1024;
  Duration header_timeout =
      std::chrono::seconds(10);  // from the first byte of a request to the end of its header
  Duration body_timeout = std::chrono::seconds(30);  // from there to the end of its body
  Duration idle_timeout =
      std::chrono::seconds(60);  // between requests; also while a client reads nothing of its answers
  Duration linger_timeout =
      std::chrono::seconds(2);  // how long a closed connection waits for the client to close too

  // Of one connection. At either bound the server reads no further until the client has taken answers.
  std::size_t pipelined_requests = 128;  // unanswered
  std::size_t unsent_bytes =
      64 * 1024;  // answered, and not yet taken by the client; one answer may be larger

  // Of all loops that share an HttpLoad.
  std::size_t connections = 10'000;
  std::size_t refused_connections = 64;  // on each loop: those above it that are told so, not just closed
  std::size_t held_bytes =
      256 * 1024 * 1024;  // when exceeded, bodies that do not come in one piece are refused
};

// What all loops of one server carry together. Outlives them. Any thread.
struct HttpLoad {
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> held_bytes{0};  // by unfinished requests and unsent answers
};

}  // namespace tally::net
