// What every server does on one event loop, whatever its connections speak: it accepts, counts, keeps time
// and stops.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/connection.h"

namespace tally::net {

// Constructed, used and destroyed on its loop's thread, or while the loop does not run; held by a shared_ptr,
// since what it asked of the loop may end after it has closed.
class TcpServer : public std::enable_shared_from_this<TcpServer> {
 public:
  virtual ~TcpServer() = default;
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  void start();
  // Stops accepting, closes what is idle, finishes what is under way, and calls `stopped` on the loop when
  // the last connection is gone. Once only.
  void stop(std::function<void()> stopped);
  // Ends every connection where it stands.
  virtual void close();

 protected:
  // `tick`: how often deadlines are looked at. `tls`: what connections speak it with; null: they do not.
  TcpServer(boost::asio::io_context& loop, boost::asio::ip::tcp::acceptor acceptor,
            const ConnectionLimits& limits, ServerLoad& load, Duration tick, TlsContext* tls);

  virtual std::shared_ptr<Connection> welcome(boost::asio::ip::tcp::socket socket, bool counted) = 0;
  virtual void on_tick() {}

  ConnectionHost& host() { return host_; }

 private:
  void accept();
  void accept_waiting();
  void take(boost::asio::ip::tcp::socket socket);
  void on_gone(bool counted);
  void report_if_stopped();
  void tick();

  boost::asio::io_context& loop_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::optional<boost::asio::steady_timer> timer_;  // gone once closed
  ConnectionHost host_;
  std::size_t refused_ = 0;  // connections over the limit, which are there to be told so
  bool accept_again_ = false;
  bool closed_ = false;
  std::function<void()> stopped_;
};

}  // namespace tally::net
