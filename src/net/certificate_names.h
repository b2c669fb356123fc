// For whom a certificate is: its subject alternative names (RFC 5280, 4.2.1.6). Common names count for
// nothing.
#pragma once

#include <string>
#include <vector>

#include <openssl/types.h>

namespace tally::net {

std::vector<std::string> uris_of(const X509* certificate);

// Names and addresses of hosts, for people: "a.example, 127.0.0.1", or "no host".
std::string hosts_of(const X509* certificate);

}  // namespace tally::net
