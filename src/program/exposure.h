// Where a program may listen: strangers come from anywhere but this machine's own loopback.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "net/url.h"

namespace tally {

// Only this machine can reach it: 127.0.0.0/8, ::1, and "localhost" (RFC 6761, 6.3). Any other name counts as
// beyond, whatever it is resolved to now.
bool is_loopback(const std::string& host);

struct Exposure {
  struct Place {
    std::string option;  // "--listen"
    net::Endpoint endpoint;
  };
  std::vector<Place> places;
  bool has_tokens = false;
  bool has_tls = false;
  bool insecure = false;
};

// Beyond loopback a program listens with both tokens and TLS, since a token is read by whoever reads the
// line; or else because somebody says that the network is safe. Errc::invalid, with what is missing.
Result<void> check_exposure(const Exposure& exposure);

}  // namespace tally
