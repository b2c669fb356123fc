#include "net/tcp_server.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "base/check.h"
#include "net/boot_clock.h"

namespace tally::net {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;

// The process, or the machine, has no descriptor or no memory left: there will be some when others have
// closed.
bool is_shortage(const error_code& error) {
  return error == boost::asio::error::no_descriptors || error == boost::asio::error::no_buffer_space ||
         error == boost::asio::error::no_memory ||
         error == boost::system::errc::too_many_files_open_in_system;
}

// What is called may close its connection, and so take it off the list.
template <class Call>
void for_each_connection(ConnectionHost& host, Call call) {
  for (auto next = host.connections.begin(); next != host.connections.end();) {
    const std::shared_ptr<Connection> connection = *next++;
    call(*connection);
  }
}

}  // namespace

TcpServer::TcpServer(boost::asio::io_context& loop, tcp::acceptor acceptor, const ConnectionLimits& limits,
                     ServerLoad& load, Duration tick, TlsContext* tls)
    : loop_(loop),
      acceptor_(std::move(acceptor)),
      timer_(std::in_place, loop),
      host_{limits, load, tick, tls} {
  host_.read_buffer.resize(kReadBytes);
  host_.on_gone = [this](bool counted) { on_gone(counted); };
}

void TcpServer::start() {
  error_code error;
  acceptor_.non_blocking(true, error);
  TALLY_CHECK(!error);
  tick();
  accept();
}

void TcpServer::stop(std::function<void()> stopped) {
  TALLY_CHECK(!host_.stopping);
  host_.stopping = true;
  stopped_ = std::move(stopped);
  accept_waiting();
  error_code ignored;
  acceptor_.close(ignored);
  for_each_connection(host_, [](Connection& connection) { connection.stop(); });
  report_if_stopped();
}

void TcpServer::close() {
  closed_ = true;
  stopped_ = nullptr;
  error_code ignored;
  acceptor_.close(ignored);
  timer_.reset();
  for_each_connection(host_, [](Connection& connection) { connection.close(); });
}

void TcpServer::accept() {
  acceptor_.async_accept([self = shared_from_this()](const error_code& error, tcp::socket socket) {
    if (self->closed_) return;
    if (!error) self->take(std::move(socket));
    if (is_shortage(error)) {
      self->accept_again_ = true;  // at the next tick: until then it would only fail again
    } else if (self->acceptor_.is_open()) {
      self->accept();
    }
  });
}

// Those that the system has accepted for us: closing the acceptor would reset them.
void TcpServer::accept_waiting() {
  for (;;) {
    error_code error;
    tcp::socket socket = acceptor_.accept(error);
    if (error) return;
    take(std::move(socket));
  }
}

void TcpServer::take(tcp::socket socket) {
  const bool counted =
      host_.load.connections.fetch_add(1, std::memory_order_relaxed) < host_.limits.connections;
  if (!counted) {
    host_.load.connections.fetch_sub(1, std::memory_order_relaxed);
    if (refused_ >= host_.limits.refused_connections) return;  // closes it
    ++refused_;
  }
  const auto connection = welcome(std::move(socket), counted);
  if (!counted) {
    connection->refuse(
        {Errc::unavailable, "The server has as many connections as it allows: try again later."});
  }
  connection->start();
}

void TcpServer::on_gone(bool counted) {
  if (!counted) --refused_;
  report_if_stopped();
}

void TcpServer::report_if_stopped() {
  if (!stopped_ || !host_.connections.empty()) return;
  boost::asio::post(loop_, [self = shared_from_this()] {
    // Looked at again: a connection accepted before the stop may have been on its way here.
    if (self->stopped_ && self->host_.connections.empty()) std::exchange(self->stopped_, nullptr)();
  });
}

void TcpServer::tick() {
  host_.now = BootClock::now();
  on_tick();
  for_each_connection(host_, [](Connection& connection) { connection.tick(); });
  if (std::exchange(accept_again_, false) && acceptor_.is_open()) accept();
  timer_->expires_after(host_.tick);
  timer_->async_wait([self = shared_from_this()](const error_code& error) {
    if (!error && !self->closed_) self->tick();
  });
}

}  // namespace tally::net
