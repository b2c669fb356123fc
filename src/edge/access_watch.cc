#include "edge/access_watch.h"

#include <chrono>
#include <csignal>

#include "net/boot_clock.h"

namespace tally {

namespace {
constexpr Duration kBetweenLooks = std::chrono::seconds(1);
}

AccessWatch::AccessWatch(boost::asio::io_context& loop, Access& access)
    : access_(access), next_look_(loop, [this] { look(); }), signals_(loop) {
  if (!access.has_files()) return;
  signals_.add(SIGHUP);
  wait_for_signal();
  look();
}

void AccessWatch::look() {
  access_.look();
  next_look_.at(net::BootClock::now() + kBetweenLooks);
}

void AccessWatch::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    access_.reload();
    wait_for_signal();
  });
}

}  // namespace tally
