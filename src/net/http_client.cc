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
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "net/boot_clock.h"
#include "net/channel.h"

namespace tally::net {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
constexpr std::size_t kSmallBody = std::size_t{16} * 1024;  // goes with its header, in one write

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
bool is_quiet(Channel& channel) {
  char byte = 0;
  error_code error;
  channel.socket().receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
  return error == asio::error::would_block;
}

}  // namespace

// The kept connections, and what is under way.
class HttpClient::Pool : public std::enable_shared_from_this<Pool> {
 public:
  Pool(asio::io_context& loop, const ClientLimits& limits, std::shared_ptr<TlsContext> tls)
      : loop_(loop), limits_(limits), tls_(std::move(tls)) {}

  void start(ClientRequest request, Callback callback);
  void close();

  std::optional<Channel> take(const Url& server) {
    std::vector<Kept>& kept = kept_[server];
    while (!kept.empty()) {
      Kept last = std::move(kept.back());  // the one least likely to have been closed
      kept.pop_back();
      if (BootClock::now() - last.since < limits_.idle_timeout && is_quiet(last.channel))
        return std::move(last.channel);
    }
    return std::nullopt;
  }

  void keep(const Url& server, Channel channel) {
    std::vector<Kept>& kept = kept_[server];
    const Instant now = BootClock::now();
    std::erase_if(kept, [&](const Kept& one) { return now - one.since >= limits_.idle_timeout; });
    if (kept.size() < limits_.idle_connections) kept.push_back({std::move(channel), now});
  }

  void forget(const std::shared_ptr<Exchange>& exchange) { under_way_.erase(exchange); }

  // The system's CAs are read only if they are needed.
  Result<std::unique_ptr<TlsSession>> begin_tls(const std::string& host) {
    if (!tls_) {
      auto system = TlsContext::load({});
      if (!system) return system.error();
      tls_ = std::move(*system);
    }
    return tls_->connect(host);
  }

  asio::io_context& loop() { return loop_; }
  const ClientLimits& limits() const { return limits_; }

 private:
  struct Kept {
    Channel channel;
    Instant since;
  };

  asio::io_context& loop_;
  const ClientLimits limits_;
  std::shared_ptr<TlsContext> tls_;
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
        body_(request_.body),
        channel_(tcp::socket(pool_->loop())),
        resolver_(pool_->loop()),
        timer_(std::in_place, pool_->loop()) {
    if (body_.size() > kSmallBody) return;
    head_ += std::exchange(body_, {});
  }

  void start() {
    if (done_) return;
    if (!is_target(request_.target)) {
      return finish(Error{Errc::invalid,
                          "'" + request_.target + "' is not a path: begin it with '/' and encode blanks."});
    }
    if (auto kept = pool_->take(request_.server)) {
      channel_ = std::move(*kept);
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
    channel_.drop_tls();
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
    asio::async_connect(channel_.socket(), endpoints,
                        [self = shared_from_this()](const error_code& error, const tcp::endpoint&) {
                          if (self->done_) return;
                          if (error || self->timed_out_) return self->fail_unreachable(error);
                          self->connected();
                        });
  }

  void connected() {
    error_code error;
    channel_.socket().non_blocking(true, error);
    if (!error) channel_.socket().set_option(tcp::no_delay(true), error);
    if (error) return fail_unreachable(error);
    if (!request_.server.tls) return write();
    auto tls = pool_->begin_tls(request_.server.host);
    if (!tls) return finish(tls.error());
    channel_.secure(std::move(*tls));
    shake_hands();
  }

  void shake_hands() {
    error_code error;
    channel_.tls()->handshake(channel_.socket(), error);
    if (error == asio::error::would_block) {
      const bool writes = channel_.tls()->wants_to_write();
      return wait(writes ? tcp::socket::wait_write : tcp::socket::wait_read, &Exchange::shake_hands,
                  &Exchange::fail_unreachable);
    }
    error ? fail_unreachable(error) : write();
  }

  void write() {
    allow(request_.answer_timeout > Duration::zero() ? request_.answer_timeout
                                                     : pool_->limits().answer_timeout);
    buffer_.clear();
    sent_ = 0;
    write_rest();
  }

  void write_rest() {
    const std::size_t size = head_.size() + body_.size();
    while (sent_ < size) {
      const bool in_head = sent_ < head_.size();
      const auto rest = in_head ? asio::buffer(head_) + sent_ : asio::buffer(body_) + (sent_ - head_.size());
      error_code error;
      sent_ += channel_.write_some(rest, error);
      if (error == asio::error::would_block) {
        return wait(tcp::socket::wait_write, &Exchange::write_rest, &Exchange::write_failed);
      }
      if (error) return write_failed(error);
    }
    cut_short_ = false;
    read();
  }

  // Even so there may be an answer: some servers refuse a request before they have all of it.
  void write_failed(const error_code&) {
    cut_short_ = true;
    read();
  }

  void read() {
    parser_.emplace();
    parser_->body_limit(pool_->limits().body_bytes);
    parser_->eager(true);
    if (request_.method == "HEAD") parser_->skip(true);
    parse();
  }

  void read_more() {
    error_code error;
    buffer_.commit(channel_.read_some(buffer_.prepare(kReadBytes), error));
    parse(error);
  }

  // What was read, and then `end`, if it is one.
  void parse(const error_code& end = {}) {
    error_code error;
    while (!error && !parser_->is_done() && buffer_.size() > 0) {
      buffer_.consume(parser_->put(buffer_.data(), error));
    }
    if (error == http::error::need_more) error.clear();
    if (error || parser_->is_done()) return on_answer(error);
    if (!end || end == asio::error::would_block) {
      return wait(tcp::socket::wait_read, &Exchange::read_more, &Exchange::on_answer);
    }
    const bool may_end_here = end == asio::error::eof && parser_->got_some();
    if (!may_end_here) return on_answer(end);
    parser_->put_eof(error);
    // Where the end of the connection is the end of the body, anybody could cut the one to cut the other.
    if (!error && channel_.tls() && channel_.tls()->was_cut()) error = http::error::partial_message;
    on_answer(error);
  }

  void wait(tcp::socket::wait_type what, void (Exchange::*then)(),
            void (Exchange::*failed)(const error_code&)) {
    channel_.socket().async_wait(what, [self = shared_from_this(), then, failed](const error_code& error) {
      if (self->done_) return;
      const bool goes_on = !error && !self->timed_out_;
      goes_on ? ((*self).*then)() : ((*self).*failed)(error);
    });
  }

  void on_answer(const error_code& error) {
    if (error) return on_no_answer(error);
    // There are no others (RFC 9110, 15), whatever the parser lets pass.
    if (const unsigned status = parser_->get().result_int(); status < 100 || status > 599) {
      return on_no_answer(http::error::bad_status);
    }
    if (parser_->get().result_int() < 200) return read();  // interim: the answer is yet to come

    if (!cut_short_ && parser_->keep_alive() && buffer_.size() == 0) {
      pool_->keep(request_.server, std::move(channel_));
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
      channel_.close();
      return connect();  // the kept connection was closed just as we used it
    }
    if (cut_short_ || (channel_.tls() && channel_.tls()->was_turned_away())) return fail_unreachable(error);
    finish(Error{Errc::unknown_outcome, request_.server.text() + " gave no whole answer (" + reason(error) +
                                            "): it may or may not have done what was asked."});
  }

  void fail_unreachable(const error_code& error) {
    if (const TlsSession* tls = channel_.tls(); tls && !timed_out_ && !tls->failure().empty()) {
      return finish(Error{Errc::unreachable, request_.server.text() +
                                                 " cannot be asked over TLS: " + tls->failure() +
                                                 (tls->heard_plaintext() ? ": write http://." : ".")});
    }
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
      self->channel_.close();
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
    channel_.close();
    resolver_.cancel();
    timer_.reset();
  }

  const std::shared_ptr<Pool> pool_;
  const ClientRequest request_;
  Callback callback_;
  std::string head_;       // what is sent first, a small body included
  std::string_view body_;  // what is sent then

  Channel channel_;
  tcp::resolver resolver_;
  std::optional<asio::steady_timer> timer_;  // gone once done
  boost::beast::flat_buffer buffer_;
  std::optional<http::response_parser<http::string_body>> parser_;
  std::size_t sent_ = 0;  // of head_ and then body_

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

HttpClient::HttpClient(asio::io_context& loop, const ClientLimits& limits, std::shared_ptr<TlsContext> tls)
    : pool_(std::make_shared<Pool>(loop, limits, std::move(tls))) {}

HttpClient::~HttpClient() { pool_->close(); }

void HttpClient::send(ClientRequest request, Callback callback) {
  pool_->start(std::move(request), std::move(callback));
}

}  // namespace tally::net
