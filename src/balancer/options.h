// What a load balancing server is told when it starts.
#pragma once

#include "base/duration.h"
#include "edge/access.h"
#include "net/http_limits.h"
#include "net/tls_context.h"
#include "net/url.h"

namespace tally {

struct BalancerOptions {
  net::Endpoint listen;
  Duration lease = std::chrono::seconds(3);  // a server that was silent for this long is down
  net::HttpLimits limits{};
  AccessFiles access{};
  net::TlsOptions tls{};
};

}  // namespace tally
