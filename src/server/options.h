// What a counting server is told when it starts.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/ack.h"
#include "base/duration.h"
#include "base/ids.h"
#include "edge/access.h"
#include "net/http_limits.h"
#include "net/loops.h"
#include "net/tls_context.h"
#include "net/url.h"

namespace tally {

struct ServerOptions {
  ServerId id;
  net::Endpoint listen;
  std::optional<net::Url> advertise{};  // where others reach it; none: where it listens
  std::vector<net::Url> balancers{};    // it heartbeats to all of them; none: it counts alone
  Duration share_interval = std::chrono::seconds(1);
  Duration recovery_timeout = std::chrono::seconds(5);  // then it is ready, whoever has not answered
  unsigned threads = net::usable_processors();
  std::string data{};  // the folder that counts are kept in; empty: in memory alone
  // What the reply to an add waits for when the request does not say; none: the disk if there is one.
  std::optional<Ack> ack{};
  // Clients make no counter beyond this; other servers' are taken all the same.
  std::size_t most_counters = 10'000'000;
  net::HttpLimits limits{};
  std::optional<net::Endpoint> resp{};           // for clients who speak the Redis protocol; none: nowhere
  Duration resp_idle_timeout = Duration::max();  // between their commands; max: they may take any time
  AccessFiles access{};
  net::TlsOptions tls{};  // a certificate: whoever comes speaks TLS, over each protocol
};

}  // namespace tally
