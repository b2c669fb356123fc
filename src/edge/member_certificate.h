// Which counting server speaks. Where servers prove who they are, a certificate of their CA names the one
// whose key it holds in a subject alternative name, URI:tally://server/ID. (A host's name would not do: who
// may run a host need not be a member.)
#pragma once

#include "base/ids.h"
#include "base/result.h"
#include "net/http_message.h"

namespace tally {

// Errc::wrong_certificate: it shows none, or one that names no server, or more than one.
Result<ServerId> member_of(const net::HttpRequest& request);

// The same, or it names another.
Result<void> check_speaks_for(const net::HttpRequest& request, const ServerId& server);

}  // namespace tally
