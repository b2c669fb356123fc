// Has files that say who may do what read again: at SIGHUP, and within a second when they have changed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "edge/access.h"
#include "net/waker.h"

namespace tally {

// On one loop, by its thread. Without files it does nothing, and SIGHUP ends the process as ever.
class AccessWatch {
 public:
  // `access` outlives it.
  AccessWatch(boost::asio::io_context& loop, Access& access);

 private:
  void look();
  void wait_for_signal();

  Access& access_;
  net::Waker next_look_;
  boost::asio::signal_set signals_;
};

}  // namespace tally
