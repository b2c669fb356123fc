// How a server's listeners for the Redis protocol are, all loops together.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/duration.h"
#include "base/ids.h"
#include "net/connection_limits.h"
#include "net/per_loop_count.h"
#include "net/tls_context.h"

namespace tally {

// Constant but for what is atomic: any thread.
struct RespStatus {
  StreamId run;
  Instant started{};
  std::uint16_t port = 0;
  net::ConnectionLimits limits{};
  Duration idle_timeout = Duration::max();  // between commands; max: they may take any time

  net::TlsContext* tls = nullptr;  // null: they speak none

  net::ServerLoad load{};
  std::atomic<std::uint64_t> connections_ever{0};
  net::PerLoopCount commands_ever{};
};

}  // namespace tally
