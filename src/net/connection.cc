#include "net/connection.h"

#include <utility>

#include <netinet/tcp.h>

#include "net/boot_clock.h"

namespace tally::net {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

// A connection that has ever more to say lets the others have their turn after so many reads.
constexpr int kReadsInARow = 4;

// A client that has vanished without a word is noticed, however long the connection may be idle.
using KeepAliveAfter = boost::asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
constexpr int kKeepAliveSeconds = 300;

constexpr std::size_t kKeptBytes = std::size_t{16} * 1024;

// TLS begins with a handshake record (RFC 8446, 5.1); no request does.
bool begins_tls(char first) { return first == 0x16; }

// An unfinished request above this may be refused where memory is short.
constexpr std::size_t kSmallRequest = std::size_t{16} * 1024;

std::string address_of(const tcp::socket& socket) {
  error_code error;
  boost::asio::ip::address address = socket.remote_endpoint(error).address();
  if (error) return {};
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

}  // namespace

void clear(std::string& buffer) {
  if (buffer.capacity() > kKeptBytes) {
    std::string().swap(buffer);
  } else {
    buffer.clear();
  }
}

Connection::Connection(tcp::socket socket, ConnectionHost& host, bool counted)
    : channel_(std::move(socket), host.tls != nullptr ? host.tls->accept() : nullptr),
      host_(&host),
      counted_(counted),
      peer_address_(address_of(channel_.socket())) {}

void Connection::start() {
  place_ = host_->connections.insert(host_->connections.end(), shared_from_this());
  tcp::socket& socket = channel_.socket();
  error_code error;
  socket.non_blocking(true, error);
  if (!error) socket.set_option(tcp::no_delay(true), error);
  if (!error) socket.set_option(boost::asio::socket_base::keep_alive(true), error);
  if (!error) socket.set_option(KeepAliveAfter(kKeepAliveSeconds), error);
  if (error) return close();
  if (host_->stopping) return stop();
  advance();
}

void Connection::stop() {
  // What the client sent before it could know is still served.
  if (wants_input() && !lingering_) read();
  if (host_ == nullptr) return;
  busy_at_stop_ = !owes_nothing() || phase() != Phase::idle;
  advance();
}

void Connection::close() {
  if (host_ == nullptr) return;
  ConnectionHost& host = *std::exchange(host_, nullptr);
  channel_.close();
  host.held_bytes.subtract(held_bytes_);
  host.connections.erase(place_);  // whoever called this holds the connection
  if (counted_) host.load.connections.fetch_sub(1, std::memory_order_relaxed);
  host.on_gone(counted_);
}

void Connection::tick() {
  if (wait_ == Wait::nothing || host_->now < deadline_) return;
  if (wait_ == Wait::handshake) host_->tls->failed(peer_address_, "it did not end the handshake in time.");
  if (wait_ != Wait::header && wait_ != Wait::body) return close();
  too_slow(phase());
  advance();
}

// ---- reading

bool Connection::wants_input() const {
  if (lingering_) return true;
  if (channel_.is_handshaking()) return !waits_writable_;
  return !peer_closed_ && !closing_ && rest_.empty() && has_room();
}

void Connection::wait_readable() {
  if (waits_readable_ || !wants_input()) return;
  waits_readable_ = true;
  channel_.socket().async_wait(tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
    self->waits_readable_ = false;
    if (self->host_ == nullptr) return;
    if (error) return self->close();
    self->on_readable();
  });
}

void Connection::on_readable() {
  if (lingering_) return drain();
  read();
  if (host_ != nullptr) advance();
}

void Connection::read() {
  host_->now = BootClock::now();
  std::vector<char>& buffer = host_->read_buffer;
  for (int reads = 0; reads < kReadsInARow && wants_input(); ++reads) {
    error_code error;
    const std::size_t size = channel_.read_some(boost::asio::buffer(buffer), error);
    if (size > 0) {
      if (!std::exchange(heard_, true) && begins_tls(buffer.front()) && !channel_.tls()) return refuse_tls();
      take_what_fits({buffer.data(), size});
    }
    if (error) return on_read_error(error);
    if (size < buffer.size()) return;
  }
}

void Connection::on_read_error(const error_code& error) {
  if (error == boost::asio::error::would_block) {
    if (channel_.is_handshaking() && channel_.tls()->wants_to_write()) wait_writable();
  } else if (error == boost::asio::error::eof && !channel_.is_handshaking()) {
    peer_closed_ = true;
  } else if (channel_.tls() && !channel_.tls()->failure().empty()) {
    end_tls();
  } else {
    close();
  }
}

void Connection::refuse_tls() {
  refuse(
      {Errc::malformed, "This port does not speak TLS: use http://, or start the server with --tls-cert."});
}

// OpenSSL has sent an alert that says why; whoever did not speak TLS at all is told so in plain text.
void Connection::end_tls() {
  host_->tls->failed(peer_address_, channel_.tls()->failure());
  if (!channel_.tls()->heard_plaintext()) {
    clear(out_);
    sent_ = 0;
    return linger();
  }
  channel_.drop_tls();
  if (!closing_)
    refuse({Errc::malformed, "This port speaks TLS: use https://, or TLS for the Redis protocol."});
}

void Connection::drain() {
  error_code error;
  channel_.socket().read_some(boost::asio::buffer(host_->read_buffer), error);
  if (error && error != boost::asio::error::would_block) return close();
  wait_readable();
}

void Connection::take_what_fits(std::string_view bytes) {
  take(bytes);
  if (!closing_) rest_ += bytes;
}

// ---- answering

void Connection::flush() {
  if (channel_.is_handshaking()) return;
  while (sent_ < out_.size() && !waits_writable_) {
    error_code error;
    const std::size_t size = channel_.write_some(boost::asio::buffer(out_) + sent_, error);
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

void Connection::wait_writable() {
  if (sent_ > out_.size() / 2) {
    out_.erase(0, sent_);
    sent_ = 0;
  }
  waits_writable_ = true;
  channel_.socket().async_wait(tcp::socket::wait_write, [self = shared_from_this()](const error_code& error) {
    self->waits_writable_ = false;
    if (self->host_ == nullptr) return;
    if (error) return self->close();
    self->channel_.is_handshaking() ? self->on_readable() : self->advance();
  });
}

// ---- going on, and ending

void Connection::advance() {
  if (host_ == nullptr || lingering_) return;
  before_sending();
  flush();
  while (host_ != nullptr && !rest_.empty() && !closing_ && has_room()) {
    take_what_fits(std::exchange(rest_, {}));
    before_sending();
    flush();
  }
  if (host_ == nullptr) return;
  account();
  if (host_ == nullptr) return;
  if (is_done()) return finish();
  watch();
  wait_readable();
}

bool Connection::is_done() const {
  if (!owes_nothing()) return false;
  if (closing_) return true;
  return rest_.empty() && (peer_closed_ || (host_->stopping && phase() == Phase::idle));
}

// Whoever closes a socket that has unread bytes, or gets some later, resets the connection, and the client
// may lose the answer that it has not read yet. So what we end we shut, and then wait for the client to end
// it too (RFC 9112, 9.6).
void Connection::finish() {
  if (peer_closed_ || !(closing_ || busy_at_stop_)) return close();
  linger();
}

void Connection::linger() {
  closing_ = true;
  error_code error;
  channel_.shut_sending(error);
  if (error) return close();
  lingering_ = true;
  watch();
  wait_readable();
}

void Connection::account() {
  count_held_bytes();
  if (unfinished_bytes() <= kSmallRequest || closing_) return;
  if (host_->load.held_bytes.sum() <= host_->limits.held_bytes) return;
  refuse({Errc::unavailable, "The server holds too many unfinished requests: try again later."});
  flush();
  if (host_ != nullptr) count_held_bytes();
}

void Connection::count_held_bytes() {
  const std::size_t held = unfinished_bytes() + rest_.capacity() + out_.capacity() + waiting_bytes();
  if (held == held_bytes_) return;
  host_->held_bytes.subtract(held_bytes_);
  host_->held_bytes.add(held);
  held_bytes_ = held;
}

void Connection::watch() {
  const Wait wait = waits_for();
  const std::uint64_t mark = wait == Wait::client_reads ? written_ : asked();
  if (wait == wait_ && mark == wait_mark_) return;
  wait_ = wait;
  wait_mark_ = mark;
  if (wait == Wait::nothing) return;
  const Duration limit = limit_of(wait);
  if (limit == Duration::max()) {
    wait_ = Wait::nothing;
  } else {
    deadline_ = host_->now + host_->tick + limit;  // `now` is up to a tick old
  }
}

Connection::Wait Connection::waits_for() const {
  if (lingering_) return Wait::client_closes;
  if (channel_.is_handshaking()) return Wait::handshake;
  if (!out_.empty()) return Wait::client_reads;
  if (!wants_input()) return Wait::nothing;
  switch (phase()) {
    case Phase::header: return Wait::header;
    case Phase::body: return Wait::body;
    case Phase::idle: break;
  }
  return answered() == asked() ? Wait::request : Wait::nothing;
}

Duration Connection::limit_of(Wait wait) const {
  switch (wait) {
    case Wait::request: return patience(Phase::idle);
    case Wait::header: return patience(Phase::header);
    case Wait::body: return patience(Phase::body);
    case Wait::client_closes: return host_->limits.linger_timeout;
    case Wait::handshake: return host_->limits.handshake_timeout;
    case Wait::nothing:
    case Wait::client_reads: break;
  }
  return host_->limits.idle_timeout;
}

}  // namespace tally::net
