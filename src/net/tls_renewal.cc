#include "net/tls_renewal.h"

#include <csignal>
#include <utility>

namespace tally::net {

namespace {
constexpr std::chrono::seconds kBetweenLooks{5};
}

TlsRenewal::TlsRenewal(boost::asio::io_context& loop, TlsContext& context, Log log)
    : context_(context), log_(std::move(log)), timer_(loop), hangup_(loop, SIGHUP) {
  wait_for_time();
  wait_for_signal();
}

void TlsRenewal::look() {
  if (const auto renewed = context_.renew(); !renewed) {
    log_.warn(renewed.error().detail + " The certificates from before stay in use.");
  } else if (*renewed) {
    log_.info("The certificates have changed: new connections use them.");
  }
  if (const std::string failures = context_.take_failures(); !failures.empty()) log_.warn(failures);
}

void TlsRenewal::wait_for_time() {
  timer_.expires_after(kBetweenLooks);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    look();
    wait_for_time();
  });
}

void TlsRenewal::wait_for_signal() {
  hangup_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    look();
    wait_for_signal();
  });
}

}  // namespace tally::net
