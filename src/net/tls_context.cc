#include "net/tls_context.h"

#include <cstring>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/check.h"

namespace tally::net {

namespace {

constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";  // of TLS 1.2; those of 1.3 are all well
constexpr int kSecurityLevel = 2;  // 112 bits: RSA from 2048 bits on, no SHA-1 (SSL_CTX_set_security_level)

std::string reason_of_failure() {
  const unsigned long error = ERR_peek_error();
  if (ERR_SYSTEM_ERROR(error)) return std::strerror(ERR_GET_REASON(error));
  const char* const text = ERR_reason_error_string(error);
  return text != nullptr ? text : "it is not in PEM";
}

Error unusable(const std::string& what, const std::string& file, const std::string& option) {
  return {Errc::invalid, "The " + what + " in " + file + " cannot be used (" + reason_of_failure() +
                             "): see that " + option + " names a file in PEM that this program may read."};
}

// Nobody is there to type a passphrase.
int no_passphrase(char*, int, int, void*) { return 0; }

}  // namespace

void TlsContext::Free::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

Result<TlsContext::Context> TlsContext::read(const TlsOptions& options) {
  ERR_clear_error();
  Context made(SSL_CTX_new(TLS_method()));
  SSL_CTX* const context = made.get();
  TALLY_CHECK(context != nullptr);
  TALLY_CHECK(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
  SSL_CTX_set_security_level(context, kSecurityLevel);
  TALLY_CHECK(SSL_CTX_set_cipher_list(context, kCiphers) == 1);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  TALLY_CHECK(SSL_CTX_set_num_tickets(context, 0) == 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);

  const std::string& ca = options.authorities;
  if (ca.empty() ? SSL_CTX_set_default_verify_paths(context) != 1
                 : SSL_CTX_load_verify_file(context, ca.c_str()) != 1) {
    return unusable("CA certificates", ca.empty() ? "the system's folder" : ca, "--tls-ca");
  }
  if (options.ask_clients) {
    // Tells clients which of their certificates is meant; the context owns the list.
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(ca.c_str()));
  }
  if (options.certificate.empty()) return made;
  if (SSL_CTX_use_certificate_chain_file(context, options.certificate.c_str()) != 1) {
    return unusable("certificate", options.certificate, "--tls-cert");
  }
  const bool has_key = SSL_CTX_use_PrivateKey_file(context, options.key.c_str(), SSL_FILETYPE_PEM) == 1;
  const bool is_other = ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_X509;
  if (!has_key && !is_other) return unusable("private key", options.key, "--tls-key, without a passphrase,");
  if (!has_key || SSL_CTX_check_private_key(context) != 1) {
    return Error{Errc::invalid, "The key in " + options.key + " is not that of the certificate in " +
                                    options.certificate + ": name two files that belong together."};
  }
  return made;
}

TlsContext::Stamps TlsContext::stamps_of(const TlsOptions& options) {
  return {stamp_of(options.certificate), stamp_of(options.key), stamp_of(options.authorities)};
}

Result<std::shared_ptr<TlsContext>> TlsContext::load(TlsOptions options) {
  const Stamps stamps = stamps_of(options);  // before the files are read: a later change is seen as one
  auto context = read(options);
  if (!context) return context.error();
  return std::shared_ptr<TlsContext>(new TlsContext(std::move(options), std::move(*context), stamps));
}

Result<std::shared_ptr<TlsContext>> TlsContext::load_if_any(const TlsOptions& options) {
  if (options.certificate.empty() && options.authorities.empty()) return std::shared_ptr<TlsContext>();
  return load(options);
}

TlsContext::TlsContext(TlsOptions options, Context context, const Stamps& stamps)
    : options_(std::move(options)), context_(std::move(context)), stamps_(stamps) {}

std::unique_ptr<TlsSession> TlsContext::accept() {
  const MutexLock lock(mutex_);
  return TlsSession::server(context_.get(), options_.ask_clients);
}

std::unique_ptr<TlsSession> TlsContext::connect(const std::string& host) {
  const MutexLock lock(mutex_);
  return TlsSession::client(context_.get(), host);
}

Result<bool> TlsContext::renew() {
  const Stamps stamps = stamps_of(options_);
  {
    const MutexLock lock(mutex_);
    if (stamps == stamps_) return false;
    stamps_ = stamps;
  }
  auto context = read(options_);
  if (!context) return context.error();
  const MutexLock lock(mutex_);
  context_ = std::move(*context);
  return true;
}

void TlsContext::failed(std::string_view address, std::string_view why) {
  const MutexLock lock(mutex_);
  ++failures_;
  last_failure_.assign(address).append(": ").append(why);
}

std::uint64_t TlsContext::failures() const {
  const MutexLock lock(mutex_);
  return failures_;
}

std::string TlsContext::take_failures() {
  const MutexLock lock(mutex_);
  const std::uint64_t count = failures_ - std::exchange(told_failures_, failures_);
  if (count == 0) return {};
  return std::to_string(count) + " TLS handshake(s) of clients failed, the last of " + last_failure_;
}

}  // namespace tally::net
