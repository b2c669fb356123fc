// Certificates are renewed while servers run: looks every few seconds whether the files of a TlsContext have
// changed, and at once on SIGHUP; says, too, that handshakes fail, in one line for all since the last look.
#pragma once

#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/tls_context.h"

namespace tally::net {

// Lives on one loop, used by its thread.
class TlsRenewal {
 public:
  struct Log {
    std::function<void(const std::string&)> info;
    std::function<void(const std::string&)> warn;
  };

  // `context` outlives this.
  TlsRenewal(boost::asio::io_context& loop, TlsContext& context, Log log);

 private:
  void look();
  void wait_for_time();
  void wait_for_signal();

  TlsContext& context_;
  const Log log_;
  boost::asio::steady_timer timer_;
  boost::asio::signal_set hangup_;
};

}  // namespace tally::net
