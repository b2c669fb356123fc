#include "net/http_session.h"

#include <utility>

#include "base/check.h"

namespace tally::net {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

// A connection that has ever more to say lets the others have their turn after so many reads.
constexpr int kReadsInARow = 4;

// Larger buffers are given back once they are empty.
constexpr std::size_t kKeptBytes = std::size_t{16} * 1024;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string address_of(const tcp::socket& socket) {
  error_code error;
  boost::asio::ip::address address = socket.remote_endpoint(error).address();
  if (error) return {};
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

void clear(std::string& buffer) {
  if (buffer.capacity() > kKeptBytes) {
    std::string().swap(buffer);
  } else {
    buffer.clear();
  }
}

}  // namespace

void HttpExchange::send(const HttpResponse& response) {
  TALLY_CHECK(!std::exchange(used_, true));
  session_.send(ticket_, response);
}

LaterReply HttpExchange::later(std::size_t bytes) {
  TALLY_CHECK(!std::exchange(used_, true));
  return session_.later(ticket_, bytes);
}

HttpSession::HttpSession(tcp::socket socket, SessionHost& host, bool counted)
    : socket_(std::move(socket)),
      host_(&host),
      counted_(counted),
      peer_address_(address_of(socket_)),
      parser_(host.limits.header_bytes, host.limits.body_bytes) {}

void HttpSession::start() {
  place_ = host_->sessions.insert(host_->sessions.end(), shared_from_this());
  error_code error;
  socket_.non_blocking(true, error);
  if (!error) socket_.set_option(tcp::no_delay(true), error);
  if (error) return close();
  if (host_->stopping) return stop();
  advance();
}

void HttpSession::stop() {
  // What the client sent before it could know is still served.
  if (wants_input() && !lingering_) read();
  if (host_ != nullptr) advance();
}

void HttpSession::close() {
  if (host_ == nullptr) return;
  SessionHost& host = *std::exchange(host_, nullptr);
  error_code ignored;
  socket_.close(ignored);
  host.load.held_bytes.fetch_sub(held_bytes_, std::memory_order_relaxed);
  host.sessions.erase(place_);  // whoever called this holds the session
  if (counted_) host.load.connections.fetch_sub(1, std::memory_order_relaxed);
  host.on_session_gone(counted_);
}

void HttpSession::tick() {
  if (wait_ == Wait::nothing || host_->now < deadline_) return;
  if (wait_ != Wait::header && wait_ != Wait::body) return close();
  refuse({Errc::too_slow, wait_ == Wait::header
                              ? "The header did not arrive in time: send it at once."
                              : "The body did not arrive in time: send it faster, or less at once."});
  advance();
}

// ---- reading

bool HttpSession::has_room() const {
  return asked_ - answered_ < host_->limits.pipelined_requests &&
         out_.size() - sent_ + slot_bytes_ + reserved_bytes_ < host_->limits.unsent_bytes;
}

bool HttpSession::wants_input() const {
  return lingering_ || (!peer_closed_ && !closing_ && rest_.empty() && has_room());
}

void HttpSession::wait_readable() {
  if (waits_readable_ || !wants_input()) return;
  waits_readable_ = true;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
    self->waits_readable_ = false;
    if (self->host_ == nullptr) return;
    if (error) return self->close();
    self->on_readable();
  });
}

void HttpSession::on_readable() {
  if (lingering_) return drain();
  read();
  if (host_ != nullptr) advance();
}

void HttpSession::read() {
  std::vector<char>& buffer = host_->read_buffer;
  for (int reads = 0; reads < kReadsInARow && wants_input(); ++reads) {
    error_code error;
    const std::size_t size = socket_.read_some(boost::asio::buffer(buffer), error);
    if (error == boost::asio::error::would_block) return;
    if (error == boost::asio::error::eof) {
      peer_closed_ = true;
      return;
    }
    if (error) return close();
    take({buffer.data(), size});
    if (size < buffer.size()) return;
  }
}

void HttpSession::drain() {
  error_code error;
  socket_.read_some(boost::asio::buffer(host_->read_buffer), error);
  if (error && error != boost::asio::error::would_block) return close();
  wait_readable();
}

void HttpSession::take(std::string_view bytes) {
  while (!bytes.empty() && !closing_ && has_room()) {
    switch (parser_.feed(bytes)) {
      case RequestParser::State::complete: serve(); break;
      case RequestParser::State::refused: refuse(parser_.error()); break;
      case RequestParser::State::incomplete: offer_continue(); break;
    }
  }
  if (!closing_) rest_ += bytes;
}

void HttpSession::serve() {
  HttpRequest request = parser_.request();
  request.peer_address = peer_address_;
  form_ = {request.method == Method::head, parser_.old(), parser_.keep_alive() && !host_->stopping};
  closing_ = !form_.keep_alive;
  HttpExchange exchange(*this, asked_++);
  host_->handler.handle(request, exchange);
  TALLY_CHECK(exchange.used_);
}

void HttpSession::refuse(const Error& error) {
  form_ = {false, false, false};
  closing_ = true;
  HttpExchange exchange(*this, asked_++);
  host_->handler.refuse(error, exchange);
  TALLY_CHECK(exchange.used_);
}

void HttpSession::offer_continue() {
  if (closing_ || answered_ != asked_ || parser_.phase() != RequestParser::Phase::body) return;
  if (!parser_.expects_continue() || continue_offered_ > asked_) return;
  continue_offered_ = asked_ + 1;
  out_ += kContinue;
}

// ---- answering

HttpSession::Slot& HttpSession::slot(std::uint64_t ticket) {
  if (slots_.empty()) slots_.resize(host_->limits.pipelined_requests + 1);  // one for a refusal
  return slots_[ticket % slots_.size()];
}

void HttpSession::send(std::uint64_t ticket, const HttpResponse& response) {
  if (ticket == answered_) {
    append_response(out_, response, form_, host_->date);
    ++answered_;
    return;
  }
  Slot& waiting = slot(ticket);
  append_response(waiting.bytes, response, form_, host_->date);
  waiting.ready = true;
  slot_bytes_ += waiting.bytes.size();
}

LaterReply HttpSession::later(std::uint64_t ticket, std::size_t bytes) {
  Slot& owed = slot(ticket);
  owed.form = form_;
  owed.ready = false;
  owed.reserved = bytes;
  reserved_bytes_ += bytes;
  return {host_->mailbox, weak_from_this(), ticket};
}

void HttpSession::answer(std::uint64_t ticket, const HttpResponse& response) {
  if (host_ == nullptr) return;
  Slot& owed = slot(ticket);
  // The last answer before a stop says so; the client then knows that its next request is not lost, only
  // refused.
  const bool last = ticket + 1 == asked_ && parser_.phase() == RequestParser::Phase::idle && rest_.empty();
  if (host_->stopping && last && owed.form.keep_alive) {
    owed.form.keep_alive = false;
    closing_ = true;
  }
  append_response(owed.bytes, response, owed.form, host_->date);
  owed.ready = true;
  reserved_bytes_ -= std::exchange(owed.reserved, 0);
  slot_bytes_ += owed.bytes.size();
  while (answered_ < asked_ && slot(answered_).ready) {
    Slot& next = slot(answered_++);
    out_ += next.bytes;
    slot_bytes_ -= next.bytes.size();
    next.ready = false;
    clear(next.bytes);
  }
}

void HttpSession::flush() {
  while (sent_ < out_.size() && !waits_writable_) {
    error_code error;
    const std::size_t size = socket_.write_some(boost::asio::buffer(out_) + sent_, error);
    if (error == boost::asio::error::would_block) return wait_writable();
    if (error) return close();
    sent_ += size;
    written_ += size;
  }
  if (sent_ == out_.size()) {
    clear(out_);
    sent_ = 0;
  }
}

void HttpSession::wait_writable() {
  if (sent_ > out_.size() / 2) {
    out_.erase(0, sent_);
    sent_ = 0;
  }
  waits_writable_ = true;
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const error_code& error) {
    self->waits_writable_ = false;
    if (self->host_ == nullptr) return;
    if (error) return self->close();
    self->advance();
  });
}

// ---- going on, and ending

void HttpSession::advance() {
  if (host_ == nullptr || lingering_) return;
  offer_continue();
  flush();
  while (host_ != nullptr && !rest_.empty() && !closing_ && has_room()) {
    take(std::exchange(rest_, {}));
    offer_continue();
    flush();
  }
  if (host_ == nullptr) return;
  account();
  if (host_ == nullptr) return;
  if (is_done()) return finish();
  watch();
  wait_readable();
}

bool HttpSession::is_done() const {
  if (!owes_nothing()) return false;
  if (closing_) return true;
  return rest_.empty() &&
         (peer_closed_ || (host_->stopping && parser_.phase() == RequestParser::Phase::idle));
}

// Whoever closes a socket that has unread bytes, or gets some later, resets the connection, and the client
// may lose the answer that it has not read yet. So what we end we shut, and then wait for the client to end
// it too (RFC 9112, 9.6).
void HttpSession::finish() {
  if (peer_closed_ || !closing_) return close();
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  if (error) return close();
  lingering_ = true;
  watch();
  wait_readable();
}

void HttpSession::account() {
  const std::size_t held = parser_.held_bytes() + rest_.capacity() + out_.capacity() + slot_bytes_;
  if (held == held_bytes_) return;
  const std::size_t total =
      host_->load.held_bytes.fetch_add(held - held_bytes_, std::memory_order_relaxed) + (held - held_bytes_);
  held_bytes_ = held;
  const bool large = parser_.held_bytes() > 2 * host_->limits.header_bytes;
  if (total <= host_->limits.held_bytes || !large || closing_) return;
  refuse({Errc::unavailable, "The server holds too many unfinished requests: try again later."});
  flush();
}

void HttpSession::watch() {
  const Wait wait = waits_for();
  const std::uint64_t mark = wait == Wait::client_reads ? written_ : asked_;
  if (wait == wait_ && mark == wait_mark_) return;
  wait_ = wait;
  wait_mark_ = mark;
  if (wait != Wait::nothing)
    deadline_ = host_->now + host_->tick + limit_of(wait);  // `now` is up to a tick old
}

HttpSession::Wait HttpSession::waits_for() const {
  if (lingering_) return Wait::client_closes;
  if (!out_.empty()) return Wait::client_reads;
  if (!wants_input()) return Wait::nothing;
  switch (parser_.phase()) {
    case RequestParser::Phase::header: return Wait::header;
    case RequestParser::Phase::body: return Wait::body;
    case RequestParser::Phase::idle: break;
  }
  return answered_ == asked_ ? Wait::request : Wait::nothing;
}

Duration HttpSession::limit_of(Wait wait) const {
  switch (wait) {
    case Wait::header: return host_->limits.header_timeout;
    case Wait::body: return host_->limits.body_timeout;
    case Wait::client_closes: return host_->limits.linger_timeout;
    case Wait::nothing:
    case Wait::request:
    case Wait::client_reads: break;
  }
  return host_->limits.idle_timeout;
}

}  // namespace tally::net
