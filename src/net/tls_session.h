// TLS on one connection, over a socket that never waits. Every call does what it can without waiting; where
// it can do nothing its error is would_block.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <openssl/types.h>

#include "net/peer_certificate.h"

namespace tally::net {

// A record takes less on its way: at most 2^14 + 2048 bytes and its header (RFC 5246, 6.2.3; RFC 8446, 5.2).
inline constexpr std::size_t kLongestTlsRecord = std::size_t{19} * 1024;

// Used by the thread of its connection.
class TlsSession {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  // The server's end, or the client's; `host` is whom the client wants to talk to.
  static std::unique_ptr<TlsSession> server(SSL_CTX* context, bool ask_client);
  static std::unique_ptr<TlsSession> client(SSL_CTX* context, const std::string& host);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // Goes on with it. read_some() does so too: what follows it may come with its last bytes.
  void handshake(Socket& socket, boost::system::error_code& error);
  bool is_handshaking() const { return !established_; }
  // It is for room to write that the handshake waits.
  bool wants_to_write() const { return wants_to_write_; }

  // `buffer` is larger than the longest record, and all of it is overwritten. An error may come with the last
  // bytes. eof: the other side ended it, or was cut off.
  std::size_t read_some(Socket& socket, boost::asio::mutable_buffer buffer, boost::system::error_code& error);
  // After the handshake. After would_block: again with the same bytes, or more.
  std::size_t write_some(Socket& socket, boost::asio::const_buffer bytes, boost::system::error_code& error);
  // Tells the other side that nothing follows, if the socket takes that at once.
  void say_goodbye(Socket& socket);

  // The end came without that word of the other side: what has no length of its own may lack its rest.
  bool was_cut() const { return cut_; }
  // The other side does not speak TLS. It has been told nothing.
  bool heard_plaintext() const { return heard_plaintext_; }
  // A client's: the server does not let us in. It has never answered here, so it has read nothing of what we
  // said.
  bool was_turned_away() const { return turned_away_; }
  // Why it failed, for people: "its certificate has expired". Nothing in it is secret.
  const std::string& failure() const { return failure_; }
  // Null before the handshake's end, and where no certificate was shown.
  const PeerCertificate* peer() const { return peer_ ? &*peer_ : nullptr; }

 private:
  struct Wire;  // what OpenSSL reads from and writes to
  struct Free {
    void operator()(SSL* ssl) const;
  };

  explicit TlsSession(SSL_CTX* context);
  static int remember_distrust(int trusted, X509_STORE_CTX* about);

  std::size_t decrypt(char* to, std::size_t size, boost::system::error_code& error);
  void judge(int result, boost::system::error_code& error);
  void fail(std::string why, boost::system::error_code& error);
  void establish();

  std::unique_ptr<Wire> wire_;
  std::unique_ptr<SSL, Free> ssl_;  // destroyed before the wire
  std::optional<PeerCertificate> peer_;
  std::string host_;      // a client's: whom it wants to talk to
  std::string distrust_;  // why the other side's certificate was not taken
  std::string failure_;
  bool established_ = false;
  bool broken_ = false;  // OpenSSL may not be asked for anything more
  bool wants_to_write_ = false;
  bool cut_ = false;
  bool heard_plaintext_ = false;
  bool heard_ = false;  // something that is not of the handshake
  bool turned_away_ = false;
};

}  // namespace tally::net
