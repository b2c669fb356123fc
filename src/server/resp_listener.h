// Takes the connections of one loop that speak the Redis protocol.
#pragma once

#include <memory>

#include "net/tcp_server.h"
#include "server/resp_session.h"

namespace tally {

// Held by a shared_ptr; started, stopped and closed as net::TcpServer says.
class RespListener final : public net::TcpServer {
 public:
  RespListener(boost::asio::io_context& loop, boost::asio::ip::tcp::acceptor acceptor, const RespHost& resp);

 private:
  std::shared_ptr<net::Connection> welcome(boost::asio::ip::tcp::socket socket, bool counted) override;

  RespHost resp_;
};

}  // namespace tally
