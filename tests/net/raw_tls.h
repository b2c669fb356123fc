// A client that speaks TLS as it is told to, by OpenSSL over a socket that waits.
#pragma once

#include <csignal>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "tests/net/support.h"

namespace tally::net {

class RawTls {
 public:
  // Trusts anybody.
  explicit RawTls(std::uint16_t port, int newest_version = TLS1_3_VERSION)
      : raw_(port), context_(SSL_CTX_new(TLS_client_method())) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_max_proto_version(context_.get(), newest_version);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), raw_.native());
  }

  bool shake_hands() { return SSL_connect(ssl_.get()) == 1; }
  bool send(std::string_view bytes) {
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
  }

  // So many bytes, fewer if it ends before.
  std::string read(std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t got = 0;
    for (int read = 1; got < size && read > 0; got += read > 0 ? static_cast<std::size_t>(read) : 0) {
      read = SSL_read(ssl_.get(), bytes.data() + got, static_cast<int>(size - got));
    }
    bytes.resize(got);
    return bytes;
  }
  std::string read_to_end() { return read(1'000'000); }
  // The server said that nothing follows, before it closed.
  bool heard_goodbye() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

  RawClient& raw() { return raw_; }
  SSL* ssl() { return ssl_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  RawClient raw_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace tally::net
