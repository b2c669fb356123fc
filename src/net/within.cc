#include "net/within.h"

#include <memory>
#include <utility>

#include <boost/asio/steady_timer.hpp>

namespace tally::net {

void within(boost::asio::io_context& loop, Duration limit, const std::function<void(Done)>& begin,
            Done done) {
  struct Wait {
    boost::asio::steady_timer timer;
    Done done;
  };
  const auto wait = std::make_shared<Wait>(Wait{boost::asio::steady_timer(loop, limit), std::move(done)});
  const auto end = [wait] {
    wait->timer.cancel();
    if (const Done once = std::exchange(wait->done, nullptr)) once();
  };
  wait->timer.async_wait([end](const boost::system::error_code& error) {
    if (!error) end();
  });
  begin(end);
}

}  // namespace tally::net
