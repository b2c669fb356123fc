#include "net/http_server.h"

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/check.h"
#include "net/boot_clock.h"
#include "net/http_session.h"

namespace tally::net {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;

// Fine enough for the shortest time limit, and for a Date that changes every second.
Duration tick_for(const HttpLimits& limits) {
  const Duration shortest =
      std::min({limits.header_timeout, limits.body_timeout, limits.idle_timeout, limits.linger_timeout});
  return std::clamp<Duration>(shortest / 4, std::chrono::milliseconds(1), std::chrono::milliseconds(500));
}

// The process, or the machine, has no descriptor or no memory left: there will be some when others have
// closed.
bool is_shortage(const error_code& error) {
  return error == boost::asio::error::no_descriptors || error == boost::asio::error::no_buffer_space ||
         error == boost::asio::error::no_memory ||
         error == boost::system::errc::too_many_files_open_in_system;
}

}  // namespace

class HttpServer::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& loop, tcp::acceptor acceptor, HttpHandler& handler, const HttpLimits& limits,
       HttpLoad& load)
      : loop_(loop),
        acceptor_(std::move(acceptor)),
        timer_(std::in_place, loop),
        host_{handler, limits, load, std::make_shared<ReplyMailbox>(loop), tick_for(limits)} {
    host_.read_buffer.resize(kReadBytes);
    host_.on_session_gone = [this](bool counted) { on_session_gone(counted); };
  }

  void start() {
    error_code error;
    acceptor_.non_blocking(true, error);
    TALLY_CHECK(!error);
    tick();
    accept();
  }

  void stop(std::function<void()> stopped) {
    TALLY_CHECK(!host_.stopping);
    host_.stopping = true;
    stopped_ = std::move(stopped);
    accept_waiting();
    error_code ignored;
    acceptor_.close(ignored);
    for_each_session([](HttpSession& session) { session.stop(); });
    report_if_stopped();
  }

  void close() {
    closed_ = true;
    stopped_ = nullptr;
    host_.mailbox->close();
    error_code ignored;
    acceptor_.close(ignored);
    timer_.reset();
    for_each_session([](HttpSession& session) { session.close(); });
  }

 private:
  void accept() {
    acceptor_.async_accept([self = shared_from_this()](const error_code& error, tcp::socket socket) {
      if (self->closed_) return;
      if (!error) self->welcome(std::move(socket));
      if (is_shortage(error)) {
        self->accept_again_ = true;  // at the next tick: until then it would only fail again
      } else if (self->acceptor_.is_open()) {
        self->accept();
      }
    });
  }

  // Those that the system has accepted for us: closing the acceptor would reset them.
  void accept_waiting() {
    for (;;) {
      error_code error;
      tcp::socket socket = acceptor_.accept(error);
      if (error) return;
      welcome(std::move(socket));
    }
  }

  void welcome(tcp::socket socket) {
    const bool counted =
        host_.load.connections.fetch_add(1, std::memory_order_relaxed) < host_.limits.connections;
    if (!counted) {
      host_.load.connections.fetch_sub(1, std::memory_order_relaxed);
      if (refused_ >= host_.limits.refused_connections) return;  // closes it
      ++refused_;
    }
    const auto session = std::make_shared<HttpSession>(std::move(socket), host_, counted);
    if (!counted) {
      session->refuse(
          {Errc::unavailable, "The server has as many connections as it allows: try again later."});
    }
    session->start();
  }

  void on_session_gone(bool counted) {
    if (!counted) --refused_;
    report_if_stopped();
  }

  void report_if_stopped() {
    if (!stopped_ || !host_.sessions.empty()) return;
    boost::asio::post(loop_, [self = shared_from_this()] {
      // Looked at again: a connection accepted before the stop may have been on its way here.
      if (self->stopped_ && self->host_.sessions.empty()) std::exchange(self->stopped_, nullptr)();
    });
  }

  void tick() {
    host_.now = BootClock::now();
    host_.date = http_date(std::time(nullptr));
    for_each_session([](HttpSession& session) { session.tick(); });
    if (std::exchange(accept_again_, false) && acceptor_.is_open()) accept();
    timer_->expires_after(host_.tick);
    timer_->async_wait([self = shared_from_this()](const error_code& error) {
      if (!error && !self->closed_) self->tick();
    });
  }

  // What is called may close its session, and so take it off the list.
  template <class Call>
  void for_each_session(Call call) {
    for (auto next = host_.sessions.begin(); next != host_.sessions.end();) {
      const std::shared_ptr<HttpSession> session = *next++;
      call(*session);
    }
  }

  boost::asio::io_context& loop_;
  tcp::acceptor acceptor_;
  std::optional<boost::asio::steady_timer> timer_;  // gone once closed
  SessionHost host_;
  std::size_t refused_ = 0;  // sessions over the limit, which are there to be told so
  bool accept_again_ = false;
  bool closed_ = false;
  std::function<void()> stopped_;
};

HttpServer::HttpServer(boost::asio::io_context& loop, tcp::acceptor acceptor, HttpHandler& handler,
                       const HttpLimits& limits, HttpLoad& load)
    : impl_(std::make_shared<Impl>(loop, std::move(acceptor), handler, limits, load)) {
  impl_->start();
}

HttpServer::~HttpServer() { impl_->close(); }

void HttpServer::stop(std::function<void()> stopped) { impl_->stop(std::move(stopped)); }

}  // namespace tally::net
