#include "server/resp_listener.h"

#include <algorithm>
#include <string>
#include <utility>

#include "net/url.h"

namespace tally {

namespace {

using boost::asio::ip::tcp;

// Fine enough for the shortest time limit; nothing else here is done by the clock.
Duration tick_for(const RespStatus& status) {
  const net::ConnectionLimits& limits = status.limits;
  return std::clamp<Duration>(
      std::min({status.idle_timeout, limits.handshake_timeout, limits.idle_timeout, limits.linger_timeout}) /
          4,
      std::chrono::milliseconds(1), std::chrono::milliseconds(500));
}

// "127.0.0.1:41234"; "?:0" of a connection that has ended already, as Redis has it.
template <class Ask>
std::string address(Ask ask) {
  boost::system::error_code error;
  const tcp::endpoint endpoint = ask(error);
  return error ? "?:0" : net::Endpoint{endpoint.address().to_string(), endpoint.port()}.text();
}

}  // namespace

RespListener::RespListener(boost::asio::io_context& loop, tcp::acceptor acceptor, const RespHost& resp)
    : TcpServer(loop, std::move(acceptor), resp.status.limits, resp.status.load, tick_for(resp.status),
                resp.status.tls),
      resp_(resp) {}

std::shared_ptr<net::Connection> RespListener::welcome(tcp::socket socket, bool counted) {
  using boost::system::error_code;
  RespClient client{
      .id = resp_.status.connections_ever.fetch_add(1, std::memory_order_relaxed) + 1,
      .address = address([&](error_code& error) { return socket.remote_endpoint(error); }),
      .local_address = address([&](error_code& error) { return socket.local_endpoint(error); })};
  return std::make_shared<RespSession>(std::move(socket), host(), resp_, std::move(client), counted);
}

}  // namespace tally
