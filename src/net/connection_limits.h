// What a server lets its clients use, whatever they speak.
#pragma once

#include <atomic>
#include <cstddef>

#include "base/duration.h"
#include "net/per_loop_count.h"

namespace tally::net {

struct ConnectionLimits {
  // Between requests, and for a client that reads no answer.
  Duration idle_timeout = std::chrono::seconds(60);
  Duration linger_timeout = std::chrono::seconds(2);  // for the client to close, too, what we have closed
  Duration handshake_timeout =
      std::chrono::seconds(10);  // from the connection to the end of its TLS handshake

  // Of one connection: answers owed included, one may be larger. At the bound the server reads no further
  // until the client has taken answers.
  std::size_t unsent_bytes = std::size_t{64} * 1024;

  // Of all loops that share a ServerLoad. Connections above the limit are told so, up to refused_connections
  // on each loop at a time, and closed. While more bytes are held than that, requests of which more than
  // 16 KiB have come are refused. A loop looks after it has read: what one turn of a connection brought, up
  // to 256 KiB and the answers to it, may be too much, on each loop at once.
  std::size_t connections = 10'000;
  std::size_t refused_connections = 64;
  std::size_t held_bytes = std::size_t{256} * 1024 * 1024;
};

// What all loops of one server carry together. Outlives them. Any thread.
struct ServerLoad {
  std::atomic<std::size_t> connections{0};  // changes when one comes or goes
  PerLoopCount held_bytes{};                // by unfinished requests and unsent answers
};

}  // namespace tally::net
