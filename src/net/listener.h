// The sockets on which a program waits for connections.
#pragma once

#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "base/result.h"
#include "net/loops.h"
#include "net/url.h"

namespace tally::net {

// One listening socket for each loop, all on one address (SO_REUSEPORT: the kernel spreads the connections).
// With port 0 all share the one that the system chose. `invalid` if the host is not an address of this
// machine, `unavailable` if the address is in use or may not be used: also when it is another Tally that
// listens there, which SO_REUSEPORT alone would let pass.
Result<std::vector<boost::asio::ip::tcp::acceptor>> listen(const Endpoint& endpoint, Loops& loops);

// Where a listening socket really listens, its port included.
Endpoint local_endpoint(const boost::asio::ip::tcp::acceptor& acceptor);

}  // namespace tally::net
