// One connection of a server: its channel, what was read and not understood yet, what was answered and not
// sent yet, and how long a client may take. What the bytes mean is its subclass's.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "base/duration.h"
#include "base/error.h"
#include "net/channel.h"
#include "net/connection_limits.h"
#include "net/holds.h"
#include "net/tls_context.h"

namespace tally::net {

// What the connections of one server on one loop share.
struct ConnectionHost {
  const ConnectionLimits limits;
  ServerLoad& load;
  const Duration tick;    // how often deadlines are looked at
  TlsContext* const tls;  // null: connections speak none
  PerLoopCount::Part& held_bytes = load.held_bytes.make_part();

  Instant now{};                    // brought up to date by every tick, and before anything is read
  std::vector<char> read_buffer{};  // idle connections need none of their own
  bool stopping = false;
  std::list<std::shared_ptr<Connection>> connections{};
  std::function<void(bool counted)> on_gone{};
};

// Everything here belongs to the loop's thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `counted`: it is one of load.connections.
  Connection(boost::asio::ip::tcp::socket socket, ConnectionHost& host, bool counted);
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();  // enters host.connections
  void stop();   // closes if nothing is under way
  void close();  // at once; leaves host.connections
  void tick();
  void advance();  // sends, takes and ends what can be done now

  // Answers with that, after what is owed, and closes.
  virtual void refuse(const Error& error) = 0;

  // Replies that are held no longer, or too long, may leave with the next advance(). Returns when the first
  // of those still held is late; max: none is held.
  virtual Instant release(Instant) { return Instant::max(); }

 protected:
  // How far the request is of which some bytes have come.
  enum class Phase : std::uint8_t { idle, header, body };

  // Takes requests off the front, until there are none, or no room for another one, or it closes.
  virtual void take(std::string_view& bytes) = 0;
  virtual void before_sending() {}
  virtual Phase phase() const = 0;
  // Requests that have come, ever, and those whose answers are in out().
  virtual std::uint64_t asked() const = 0;
  virtual std::uint64_t answered() const = 0;
  virtual bool has_room() const = 0;
  virtual std::size_t unfinished_bytes() const = 0;  // of a request
  virtual std::size_t waiting_bytes() const = 0;     // of answers that are not in out()
  // How long the rest of a request may take, or, idle, the next one to begin; max: any time.
  virtual Duration patience(Phase phase) const = 0;
  virtual void too_slow(Phase) { close(); }

  // Answers in order, as far as none is missing. Sent by advance().
  std::string& out() { return out_; }
  std::size_t unsent_bytes() const { return out_.size() - sent_; }
  const std::string& peer_address() const { return peer_address_; }
  const PeerCertificate* certificate() const { return channel_.tls() ? channel_.tls()->peer() : nullptr; }

  bool is_open() const { return host_ != nullptr; }
  bool is_peer_closed() const { return peer_closed_; }
  bool is_stopping() const { return host_->stopping; }
  const ConnectionLimits& limits() const { return host_->limits; }
  Instant now() const { return host_->now; }

  // No request is taken any more; it closes once nothing is owed.
  bool is_closing() const { return closing_; }
  void close_once_answered() { closing_ = true; }
  bool has_unread_bytes() const { return !rest_.empty(); }

 private:
  // What the connection waits for, and so which limit of time holds.
  enum class Wait : std::uint8_t { nothing, handshake, request, header, body, client_reads, client_closes };

  void wait_readable();
  void wait_writable();
  void on_readable();
  void read();
  void on_read_error(const boost::system::error_code& error);
  void drain();
  void refuse_tls();
  void end_tls();
  void take_what_fits(std::string_view bytes);
  void flush();
  void finish();
  void linger();
  void account();
  void count_held_bytes();
  void watch();

  bool owes_nothing() const { return answered() == asked() && out_.empty(); }
  bool wants_input() const;
  bool is_done() const;
  Wait waits_for() const;
  Duration limit_of(Wait wait) const;

  Channel channel_;
  ConnectionHost* host_;  // null once closed
  const bool counted_;
  std::list<std::shared_ptr<Connection>>::iterator place_;
  std::string peer_address_;

  std::string rest_;  // bytes that came while there was no room
  std::string out_;   // from sent_ on not yet written; empty when all is
  std::size_t sent_ = 0;
  std::uint64_t written_ = 0;  // bytes ever

  bool heard_ = false;  // something was read
  bool closing_ = false;
  bool busy_at_stop_ = false;
  bool lingering_ = false;    // our side is shut; waits for the client's
  bool peer_closed_ = false;  // the client's side is shut; it may still read
  bool waits_readable_ = false;
  bool waits_writable_ = false;

  Wait wait_ = Wait::nothing;
  std::uint64_t wait_mark_ = 0;  // a wait with another mark is another wait
  Instant deadline_{};
  std::size_t held_bytes_ = 0;  // as last told to the host
};

// Larger buffers are given back once they are empty.
void clear(std::string& buffer);

}  // namespace tally::net
