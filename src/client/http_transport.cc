#include <thread>

#include "client/transport.h"
#include "net/blocking_client.h"
#include "net/boot_clock.h"

namespace tally {

namespace {

class HttpTransport final : public Transport {
 public:
  Result<net::ClientResponse> send(const net::ClientRequest& request) override {
    return client_.send(request);
  }
  Instant now() override { return net::BootClock::now(); }
  void pause(Duration duration) override { std::this_thread::sleep_for(duration); }

 private:
  net::BlockingClient client_{net::ClientLimits{}};
};

}  // namespace

std::unique_ptr<Transport> http_transport() { return std::make_unique<HttpTransport>(); }

}  // namespace tally
