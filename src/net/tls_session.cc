#include "net/tls_session.h"

#include <algorithm>
#include <climits>
#include <cstring>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "net/certificate_names.h"

namespace tally::net {

namespace {

using boost::system::error_code;

// A record's first byte is its type, 20 to 23 (RFC 8446, 5.1). What speaks HTTP or RESP begins otherwise.
bool begins_record(char first) { return first >= 20 && first <= 23; }

// What OpenSSL reports of an alert is this, and the alert's number.
constexpr int kAlertReasons = SSL_AD_REASON_OFFSET;

// Alerts about a certificate (RFC 8446, 6.2). A server that sends one has taken no request.
bool is_about_certificates(int alert) {
  return (alert >= SSL_AD_BAD_CERTIFICATE && alert <= SSL_AD_CERTIFICATE_UNKNOWN) ||
         alert == SSL_AD_UNKNOWN_CA || alert == SSL_AD_ACCESS_DENIED || alert == SSL_AD_CERTIFICATE_REQUIRED;
}

std::string reason_text(unsigned long error) {
  const char* const text = ERR_reason_error_string(error);
  return text != nullptr ? text : "error " + std::to_string(error);
}

std::string distrust_text(int error, X509* certificate, const std::string& host) {
  switch (error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "its certificate is not for " + host + ", but for " + hosts_of(certificate) +
             ": use such a name, or give the server a certificate with this one";
    case X509_V_ERR_CERT_HAS_EXPIRED: return "its certificate has expired: renew it";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "its certificate is not valid yet: compare the clocks of both machines";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "its certificate is signed by nobody who is trusted here: name its CA with --tls-ca FILE";
    case X509_V_ERR_INVALID_PURPOSE:
      return "its certificate is for another purpose: its extended key usage must allow this one";
    default: return std::string("its certificate is not taken: ") + X509_verify_cert_error_string(error);
  }
}

}  // namespace

// Between OpenSSL and the socket stands no buffer. During the handshake OpenSSL reads from the socket itself,
// exactly what it needs; after it from what read_some() received.
struct TlsSession::Wire {
  Socket* socket = nullptr;  // as long as a call to OpenSSL lasts
  bool direct = true;
  bool first = true;       // nothing was read yet
  bool plaintext = false;  // what was read first is no TLS
  std::string_view received{};
  error_code error{};  // the socket's, unless it would block

  struct FreeMethod {
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
  };

  static const BIO_METHOD* method() {
    static const std::unique_ptr<BIO_METHOD, FreeMethod> kMethod = [] {
      std::unique_ptr<BIO_METHOD, FreeMethod> made(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket"));
      BIO_meth_set_read(made.get(), [](BIO* bio, char* to, int size) { return of(bio).read(bio, to, size); });
      BIO_meth_set_write(made.get(),
                         [](BIO* bio, const char* from, int size) { return of(bio).write(bio, from, size); });
      BIO_meth_set_ctrl(made.get(), [](BIO*, int command, long, void*) -> long {
        return command == BIO_CTRL_FLUSH ? 1 : 0;
      });
      return made;
    }();
    return kMethod.get();
  }

  static Wire& of(BIO* bio) { return *static_cast<Wire*>(BIO_get_data(bio)); }

  int read(BIO* bio, char* to, int size) {
    BIO_clear_retry_flags(bio);
    const auto room = static_cast<std::size_t>(size);
    if (!received.empty()) {
      const std::size_t taken = received.copy(to, room);
      received.remove_prefix(taken);
      return static_cast<int>(taken);
    }
    if (direct) {
      const std::size_t taken = socket->read_some(boost::asio::buffer(to, room), error);
      if (!error) {
        plaintext = std::exchange(first, false) && !begins_record(*to);
        return plaintext ? -1 : static_cast<int>(taken);
      }
      if (error != boost::asio::error::would_block) return -1;
      error.clear();
    }
    BIO_set_retry_read(bio);
    return -1;
  }

  int write(BIO* bio, const char* from, int size) {
    BIO_clear_retry_flags(bio);
    const std::size_t taken =
        socket->write_some(boost::asio::buffer(from, static_cast<std::size_t>(size)), error);
    if (!error) return static_cast<int>(taken);
    if (error != boost::asio::error::would_block) return -1;
    error.clear();
    BIO_set_retry_write(bio);
    return -1;
  }
};

void TlsSession::Free::operator()(SSL* ssl) const { SSL_free(ssl); }

TlsSession::TlsSession(SSL_CTX* context) : wire_(std::make_unique<Wire>()), ssl_(SSL_new(context)) {
  BIO* const bio = BIO_new(Wire::method());
  TALLY_CHECK(ssl_ && bio != nullptr);  // there is no memory
  BIO_set_data(bio, wire_.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_app_data(ssl_.get(), this);
}

TlsSession::~TlsSession() = default;

std::unique_ptr<TlsSession> TlsSession::server(SSL_CTX* context, bool ask_client) {
  std::unique_ptr<TlsSession> session(new TlsSession(context));
  SSL_set_accept_state(session->ssl_.get());
  if (ask_client) SSL_set_verify(session->ssl_.get(), SSL_VERIFY_PEER, &remember_distrust);
  return session;
}

std::unique_ptr<TlsSession> TlsSession::client(SSL_CTX* context, const std::string& host) {
  std::unique_ptr<TlsSession> session(new TlsSession(context));
  SSL* const ssl = session->ssl_.get();
  session->host_ = host;
  SSL_set_connect_state(ssl);
  SSL_set_verify(ssl, SSL_VERIFY_PEER, &remember_distrust);
  error_code is_name;
  boost::asio::ip::make_address(host, is_name);
  if (is_name) {
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    TALLY_CHECK(SSL_set1_host(ssl, host.c_str()) == 1 && SSL_set_tlsext_host_name(ssl, host.c_str()) == 1);
  } else {
    TALLY_CHECK(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1);
  }
  return session;
}

// ---- the handshake

void TlsSession::handshake(Socket& socket, error_code& error) {
  error.clear();
  if (established_) return;
  if (broken_) return fail("it failed before", error);
  wire_->socket = &socket;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return establish();
  judge(result, error);
}

void TlsSession::establish() {
  established_ = true;
  wants_to_write_ = false;
  X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate != nullptr && SSL_get_verify_result(ssl_.get()) == X509_V_OK) {
    peer_ = PeerCertificate{uris_of(certificate)};
  }
}

void TlsSession::judge(int result, error_code& error) {
  const int what = SSL_get_error(ssl_.get(), result);
  wants_to_write_ = what == SSL_ERROR_WANT_WRITE;
  if (what == SSL_ERROR_WANT_READ || what == SSL_ERROR_WANT_WRITE) {
    error = boost::asio::error::would_block;
    return;
  }
  if (what == SSL_ERROR_ZERO_RETURN) {
    error = boost::asio::error::eof;
    return;
  }
  broken_ = true;
  if (wire_->plaintext) {
    heard_plaintext_ = true;
    return fail("it does not speak TLS", error);
  }
  if (wire_->error) {
    cut_ = true;
    error = wire_->error;
    // Whoever closes without a word only looked whether somebody listens.
    if (!wire_->first)
      failure_ = error == boost::asio::error::eof ? "it closed the connection" : error.message();
    return;
  }
  const unsigned long first = ERR_peek_error();
  const int alert = ERR_GET_REASON(first) - kAlertReasons;
  turned_away_ = !heard_ && alert > 0 && is_about_certificates(alert);
  if (!distrust_.empty()) return fail(distrust_, error);
  if (alert <= 0) return fail(reason_text(first), error);
  fail((turned_away_ ? "it does not take our certificate (" : "it refuses (") + reason_text(first) + ")",
       error);
}

void TlsSession::fail(std::string why, error_code& error) {
  failure_ = std::move(why);
  error = make_error_code(boost::system::errc::protocol_error);
}

// OpenSSL would tell the kind of error later, too, but not of which certificate.
int TlsSession::remember_distrust(int trusted, X509_STORE_CTX* about) {
  if (trusted == 1) return 1;
  const auto* const ssl =
      static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(about, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const session = static_cast<TlsSession*>(SSL_get_app_data(ssl));
  session->distrust_ =
      distrust_text(X509_STORE_CTX_get_error(about), X509_STORE_CTX_get0_cert(about), session->host_);
  return 0;
}

// ---- and after it

std::size_t TlsSession::read_some(Socket& socket, boost::asio::mutable_buffer buffer, error_code& error) {
  TALLY_CHECK(buffer.size() > kLongestTlsRecord);
  error.clear();
  if (broken_) {
    fail("it failed before", error);
    return 0;
  }
  auto* const front = static_cast<char*>(buffer.data());
  wire_->socket = &socket;
  wire_->direct = !established_;
  if (wire_->direct) return decrypt(front, buffer.size(), error);

  // What comes is received into the rear and decrypted to the front. It cannot overtake itself: ahead of the
  // first byte that was not decrypted yet there is room for all before it, and for what OpenSSL had of a
  // record that began earlier.
  char* const rear = front + kLongestTlsRecord;
  const std::size_t received =
      socket.read_some(boost::asio::buffer(rear, buffer.size() - kLongestTlsRecord), error);
  if (error) {
    cut_ = error != boost::asio::error::would_block;
    return 0;
  }
  wire_->received = {rear, received};
  std::size_t size = 0;
  while (!error) size += decrypt(front + size, buffer.size() - size, error);
  wire_->received = {};
  if (size > 0 && error == boost::asio::error::would_block) error.clear();
  return size;
}

std::size_t TlsSession::decrypt(char* to, std::size_t size, error_code& error) {
  std::size_t read = 0;
  ERR_clear_error();
  const int result = SSL_read_ex(ssl_.get(), to, size, &read);
  if (!established_ && SSL_is_init_finished(ssl_.get()) == 1) establish();
  if (result == 1) {
    heard_ = true;
    return read;
  }
  judge(result, error);
  return 0;
}

std::size_t TlsSession::write_some(Socket& socket, boost::asio::const_buffer bytes, error_code& error) {
  TALLY_CHECK(established_);
  error.clear();
  if (broken_) {
    fail("it failed before", error);
    return 0;
  }
  if (bytes.size() == 0) return 0;
  wire_->socket = &socket;
  std::size_t written = 0;
  ERR_clear_error();
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
  if (result == 1) return written;
  judge(result, error);
  return 0;
}

void TlsSession::say_goodbye(Socket& socket) {
  if (!established_ || broken_ || (SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) != 0) return;
  wire_->socket = &socket;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

}  // namespace tally::net
