// What a connection's bytes go through: its socket as it is, or TLS on it. Nothing here waits; would_block
// says that there is nothing to be done now.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "net/tls_session.h"

namespace tally::net {

// Used by the thread of its connection.
class Channel {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  // Without TLS if `tls` is null.
  explicit Channel(Socket socket, std::unique_ptr<TlsSession> tls = nullptr)
      : socket_(std::move(socket)), tls_(std::move(tls)) {}

  // To wait on, and to set options of.
  Socket& socket() { return socket_; }
  const Socket& socket() const { return socket_; }
  TlsSession* tls() { return tls_.get(); }
  const TlsSession* tls() const { return tls_.get(); }
  void secure(std::unique_ptr<TlsSession> tls) { tls_ = std::move(tls); }
  // Speaks without TLS from now on.
  void drop_tls() { tls_.reset(); }

  bool is_handshaking() const { return tls_ && tls_->is_handshaking(); }

  // As TlsSession has it; fewer bytes than `buffer` takes: there are no more now.
  std::size_t read_some(boost::asio::mutable_buffer buffer, boost::system::error_code& error) {
    return tls_ ? tls_->read_some(socket_, buffer, error) : socket_.read_some(buffer, error);
  }
  std::size_t write_some(boost::asio::const_buffer bytes, boost::system::error_code& error) {
    return tls_ ? tls_->write_some(socket_, bytes, error) : socket_.write_some(bytes, error);
  }

  // The other side may still send.
  void shut_sending(boost::system::error_code& error) {
    if (tls_) tls_->say_goodbye(socket_);
    socket_.shutdown(Socket::shutdown_send, error);
  }
  void close() {
    if (tls_ && socket_.is_open()) tls_->say_goodbye(socket_);
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  Socket socket_;
  std::unique_ptr<TlsSession> tls_;
};

}  // namespace tally::net
