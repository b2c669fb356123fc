#include "net/listener.h"

#include <cerrno>

#include <sys/socket.h>

namespace tally::net {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

Error cannot_listen(const Endpoint& endpoint, const error_code& error) {
  const std::string what = "Cannot listen on " + endpoint.text() + ": ";
  if (error == boost::asio::error::address_in_use) {
    return {Errc::unavailable, what + "another program already does. Stop that one, or choose another port."};
  }
  if (error == boost::asio::error::access_denied) {
    return {Errc::unavailable, what + "permission denied. Choose a port above 1023."};
  }
  return {Errc::invalid, what + error.message() + ". Choose an address of this machine."};
}

void share_port(tcp::acceptor& acceptor, error_code& error) {
  const int on = 1;
  if (setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) {
    error.assign(errno, boost::system::system_category());
  }
}

// Bound, not yet listening.
Result<tcp::acceptor> bound(const Endpoint& endpoint, const tcp::endpoint& address, bool shared,
                            boost::asio::io_context& loop) {
  tcp::acceptor acceptor(loop);
  error_code error;
  acceptor.open(address.protocol(), error);
  // Without SO_REUSEADDR, connections in TIME_WAIT would forbid a restart for a minute.
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && shared) share_port(acceptor, error);
  if (!error) acceptor.bind(address, error);
  if (error) return cannot_listen(endpoint, error);
  return acceptor;
}

}  // namespace

Result<std::vector<tcp::acceptor>> listen(const Endpoint& endpoint, Loops& loops) {
  error_code error;
  tcp::resolver resolver(loops[0]);
  const auto found = resolver.resolve(endpoint.host, std::to_string(endpoint.port),
                                      tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error) return cannot_listen(endpoint, error);
  tcp::endpoint address = *found.begin();

  // Two programs of one user that both set SO_REUSEPORT would silently share the port, and each would get
  // some of the other's clients. One that does not set it is refused while anybody listens.
  if (auto alone = bound(endpoint, address, false, loops[0]); !alone) return alone.error();

  std::vector<tcp::acceptor> acceptors;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    auto acceptor = bound(endpoint, address, true, loops[i]);
    if (!acceptor) return acceptor.error();
    acceptor->listen(boost::asio::socket_base::max_listen_connections, error);
    if (error) return cannot_listen(endpoint, error);
    address = acceptor->local_endpoint();
    acceptors.push_back(std::move(*acceptor));
  }
  return acceptors;
}

Endpoint local_endpoint(const tcp::acceptor& acceptor) {
  const tcp::endpoint address = acceptor.local_endpoint();
  return {address.address().to_string(), address.port()};
}

}  // namespace tally::net
