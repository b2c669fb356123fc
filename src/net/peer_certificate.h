// Who is at the other end of a connection, as a certificate says that was verified.
#pragma once

#include <string>
#include <vector>

namespace tally::net {

struct PeerCertificate {
  std::vector<std::string> uris;  // its subject alternative names of that kind (RFC 5280, 4.2.1.6)
};

}  // namespace tally::net
