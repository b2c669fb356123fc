#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "client/transport.h"
#include "net/blocking_client.h"
#include "net/boot_clock.h"

namespace tally {

namespace {

class HttpTransport final : public Transport {
 public:
  explicit HttpTransport(const std::string& tls_authorities)
      : tls_(net::TlsContext::load_if_any({.authorities = tls_authorities})) {
    if (tls_) client_.emplace(net::ClientLimits{}, *tls_);
  }

  Result<net::ClientResponse> send(const net::ClientRequest& request) override {
    if (!tls_) return tls_.error();
    return client_->send(request);
  }
  Instant now() override { return net::BootClock::now(); }
  void pause(Duration duration) override { std::this_thread::sleep_for(duration); }

 private:
  const Result<std::shared_ptr<net::TlsContext>> tls_;
  std::optional<net::BlockingClient> client_;
};

}  // namespace

std::unique_ptr<Transport> http_transport(const std::string& tls_authorities) {
  return std::make_unique<HttpTransport>(tls_authorities);
}

}  // namespace tally
