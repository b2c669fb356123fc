// What a program shows of itself over TLS, and whom it trusts. TLS 1.2 and 1.3, ciphers with forward secrecy,
// no renegotiation, and no resumption: every connection proves anew who it is.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include "base/mutex.h"
#include "base/result.h"
#include "net/file_stamp.h"
#include "net/tls_session.h"

namespace tally::net {

// Files in PEM, which may change while the program runs.
struct TlsOptions {
  std::string certificate{};  // of this program, then those between it and its CA; empty: it has none
  std::string key{};          // its private one, not encrypted
  std::string authorities{};  // the CAs that are trusted; empty: the system's
  bool ask_clients = false;   // for a certificate; who has none is served all the same, as nobody
};

// Any thread. Sessions outlive it, and go on as they began when it is renewed.
class TlsContext {
 public:
  // Errc::invalid names the file that cannot be used, and why.
  static Result<std::shared_ptr<TlsContext>> load(TlsOptions options);

  // Null where no file is named.
  static Result<std::shared_ptr<TlsContext>> load_if_any(const TlsOptions& options);

  // Connections that this program accepts can speak TLS.
  bool has_certificate() const { return !options_.certificate.empty(); }

  std::unique_ptr<TlsSession> accept();
  // `host`: the name or the address that the server's certificate has to be for.
  std::unique_ptr<TlsSession> connect(const std::string& host);

  // Takes files that have changed since they were last looked at. False: none has. An error as load()'s: what
  // there was stays in use, and is not tried again before a file changes.
  Result<bool> renew();

  // Handshakes of clients that came to nothing, and `why`, for people. Their number, ever; and how many there
  // were since this was last asked, with the last of them: empty if none.
  void failed(std::string_view address, std::string_view why);
  std::uint64_t failures() const;
  std::string take_failures();

 private:
  struct Free {
    void operator()(SSL_CTX* context) const;
  };
  using Context = std::unique_ptr<SSL_CTX, Free>;

  using Stamps = std::array<FileStamp, 3>;

  TlsContext(TlsOptions options, Context context, const Stamps& stamps);
  static Result<Context> read(const TlsOptions& options);
  static Stamps stamps_of(const TlsOptions& options);

  const TlsOptions options_;
  mutable Mutex mutex_;
  Context context_ TALLY_GUARDED_BY(mutex_);
  Stamps stamps_ TALLY_GUARDED_BY(mutex_);  // of the files: what differs once they have changed
  std::uint64_t failures_ TALLY_GUARDED_BY(mutex_) = 0;
  std::uint64_t told_failures_ TALLY_GUARDED_BY(mutex_) = 0;
  std::string last_failure_ TALLY_GUARDED_BY(mutex_);
};

}  // namespace tally::net
