#include "net/http_client.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "net/boot_clock.h"

namespace tally::net {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

bool is_repeatable(const ClientRequest& request) {
  return request.repeatable || request.method == "GET" || request.method == "HEAD" ||
         request.method == "PUT" || request.method == "DELETE";
}

bool is_target(const std::string& target) {
  return target.starts_with('/') && std::all_of(target.begin(), target.end(), [](char c) {
           return static_cast<unsigned char>(c) > ' ' && c != '\x7f';
         });
}

std::string head_of(const ClientRequest& request) {
  std::string head =
      request.method + " " + request.target + " HTTP/1.1\r\nHost: " + request.server.authority();
  if (!request.accept.empty()) head += "\r\nAccept: " + request.accept;
  if (!request.content_type.empty()) head += "\r\nContent-Type: " + request.content_type;
  if (!request.authorization.empty()) head += "\r\nAuthorization: " + request.authorization;
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    head += "\r\nContent-Length: " + std::to_string(request.body.size());
  }
  return head + "\r\n\r\n";
}

// The server has neither closed it nor sent anything since the last answer.
bool is_quiet(tcp::socket& socket) {
  error_code error;
  socket.non_blocking(true, error);
  char byte = 0;
  if (!error) socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
  return error == asio::error::would_block;
}

}  // namespace

// The kept connections, and what is under way.
class HttpClient::Pool : public std::enable_shared_from_this<Pool> {
 public:
  Pool(asio::io_context& loop, const ClientLimits& limits) : loop_(loop), limits_(limits) {}

  void start(ClientRequest request, Callback callback);
  void close();

  std::optional<tcp::socket> take(const Url& server) {
    std::vector<Kept>& kept = kept_[server];
    while (!kept.empty()) {
      Kept last = std::move(kept.back());  // the one least likely to have been closed
      kept.pop_back();
      if (BootClock::now() - last.since < limits_.idle_timeout && is_quiet(last.socket))
        return std::move(last.socket);
    }
    return std::nullopt;
  }

  void keep(const Url& server, tcp::socket socket) {
    std::vector<Kept>& kept = kept_[server];
    const Instant now = BootClock::now();
    std::erase_if(kept, [&](const Kept& one) { return now - one.since >= limits_.idle_timeout; });
    if (kept.size() < limits_.idle_connections) kept.push_back({std::move(socket), now});
  }

  void forget(const std::shared_ptr<Exchange>& exchange) { under_way_.erase(exchange); }

  asio::io_context& loop() { return loop_; }
  const ClientLimits& limits() const { return limits_; }

 private:
  struct Kept {
    tcp::socket socket;
    Instant since;
  };

  asio::io_context& loop_;
  const ClientLimits limits_;
  std::map<Url, std::vector<Kept>> kept_;
  std::set<std::shared_ptr<Exchange>> under_way_;
};

// One request and its answer.
class HttpClient::Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::shared_ptr<Pool> pool, ClientRequest request, Callback callback)
      : pool_(std::move(pool)),
        request_(std::move(request)),
        callback_(std::move(callback)),
        head_(head_of(request_)),
        socket_(pool_->loop()),
        resolver_(pool_->loop()),
        timer_(std::in_place, pool_->loop()) {}

  void start() {
    if (done_) return;
    if (!is_target(request_.target)) {
      return finish(Error{Errc::invalid,
                          "'" + request_.target + "' is not a path: begin it with '/' and encode blanks."});
    }
    if (auto kept = pool_->take(request_.server)) {
      socket_ = std::move(*kept);
      fresh_ = false;
      return write();
    }
    connect();
  }

  void drop() {
    done_ = true;
    callback_ = nullptr;
    release();
  }

 private:
  void connect() {
    fresh_ = true;
    allow(pool_->limits().connect_timeout);
    error_code not_numeric;
    const auto address = asio::ip::make_address(request_.server.host, not_numeric);
    if (!not_numeric) return connect_to(std::array{tcp::endpoint(address, request_.server.port)});
    resolver_.async_resolve(
        request_.server.host, std::to_string(request_.server.port), tcp::resolver::numeric_service,
        [self = shared_from_this()](const error_code& error, const tcp::resolver::results_type& found) {
          if (self->done_) return;
          if (error || self->timed_out_) return self->fail_unreachable(error);
          std::vector<tcp::endpoint> endpoints;
          for (const auto& entry : found) endpoints.push_back(entry.endpoint());
          self->connect_to(endpoints);
        });
  }

  template <class Endpoints>
  void connect_to(const Endpoints& endpoints) {
    asio::async_connect(socket_, endpoints,
                        [self = shared_from_this()](const error_code& error, const tcp::endpoint&) {
                          if (self->done_) return;
                          if (error || self->timed_out_) return self->fail_unreachable(error);
                          error_code ignored;
                          self->socket_.set_option(tcp::no_delay(true), ignored);
                          self->write();
                        });
  }

  void write() {
    allow(request_.answer_timeout > Duration::zero() ? request_.answer_timeout
                                                     : pool_->limits().answer_timeout);
    buffer_.clear();
    const std::array parts{asio::buffer(head_), asio::buffer(request_.body)};
    asio::async_write(socket_, parts, [self = shared_from_this()](const error_code& error, std::size_t) {
      if (self->done_) return;
      // Even so there may be an answer: some servers refuse a request before they have all of it.
      self->cut_short_ = static_cast<bool>(error);
      self->read();
    });
  }

  void read() {
    parser_.emplace();
    parser_->body_limit(pool_->limits().body_bytes);
    if (request_.method == "HEAD") parser_->skip(true);
    http::async_read(socket_, buffer_, *parser_,
                     [self = shared_from_this()](const error_code& error, std::size_t) {
                       if (!self->done_) self->on_answer(error);
                     });
  }

  void on_answer(const error_code& error) {
    if (error) return on_no_answer(error);
    if (parser_->get().result_int() < 200) return read();  // interim: the answer is yet to come

    if (!cut_short_ && parser_->keep_alive() && buffer_.size() == 0) {
      pool_->keep(request_.server, std::move(socket_));
    }
    auto& message = parser_->get();
    const auto field = [&](http::field name) { return std::string(message[name]); };
    finish(ClientResponse{message.result_int(), field(http::field::content_type),
                          field(http::field::location), field(http::field::retry_after),
                          std::move(message.body())});
  }

  void on_no_answer(const error_code& error) {
    const bool silent = !parser_->got_some() && buffer_.size() == 0;
    if (!fresh_ && silent && !timed_out_ && (cut_short_ || is_repeatable(request_))) {
      error_code ignored;
      socket_.close(ignored);
      return connect();  // the kept connection was closed just as we used it
    }
    if (cut_short_) return fail_unreachable(error);
    finish(Error{Errc::unknown_outcome, request_.server.text() + " gave no whole answer (" + reason(error) +
                                            "): it may or may not have done what was asked."});
  }

  void fail_unreachable(const error_code& error) {
    finish(Error{Errc::unreachable, request_.server.text() + " cannot be reached (" + reason(error) +
                                        "): check that a server runs there, and try again."});
  }

  std::string reason(const error_code& error) const { return timed_out_ ? "timed out" : error.message(); }

  // The time for what begins now. When it is over the socket is closed, and that ends what is under way.
  void allow(Duration time) {
    timer_->expires_after(time);
    timer_->async_wait([self = shared_from_this(), phase = ++phase_](const error_code& error) {
      if (error || self->done_ || phase != self->phase_) return;
      self->timed_out_ = true;
      error_code ignored;
      self->socket_.close(ignored);
      self->resolver_.cancel();
    });
  }

  void finish(Result<ClientResponse> result) {
    done_ = true;
    release();
    const auto self = shared_from_this();
    pool_->forget(self);
    const Callback callback = std::exchange(callback_, nullptr);
    callback(std::move(result));
  }

  void release() {
    error_code ignored;
    socket_.close(ignored);
    resolver_.cancel();
    timer_.reset();
  }

  const std::shared_ptr<Pool> pool_;
  const ClientRequest request_;
  Callback callback_;
  const std::string head_;

  tcp::socket socket_;
  tcp::resolver resolver_;
  std::optional<asio::steady_timer> timer_;  // gone once done
  boost::beast::flat_buffer buffer_;
  std::optional<http::response_parser<http::string_body>> parser_;

  std::uint64_t phase_ = 0;
  bool fresh_ = true;       // this connection has carried nothing before
  bool cut_short_ = false;  // the server did not get the whole request
  bool timed_out_ = false;
  bool done_ = false;
};

void HttpClient::Pool::start(ClientRequest request, Callback callback) {
  auto exchange = std::make_shared<Exchange>(shared_from_this(), std::move(request), std::move(callback));
  under_way_.insert(exchange);
  asio::post(loop_, [exchange] { exchange->start(); });
}

void HttpClient::Pool::close() {
  kept_.clear();
  for (const auto& exchange : std::exchange(under_way_, {})) exchange->drop();
}

HttpClient::HttpClient(asio::io_context& loop, const ClientLimits& limits)
    : pool_(std::make_shared<Pool>(loop, limits)) {}

HttpClient::~HttpClient() { pool_->close(); }

void HttpClient::send(ClientRequest request, Callback callback) {
  pool_->start(std::move(request), std::move(callback));
}

}  // namespace tally::net
