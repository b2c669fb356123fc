// Reads that wait until every other server that can be reached was asked what it acknowledged.
#pragma once

#include <deque>
#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "api/media_type.h"
#include "base/duration.h"
#include "net/later_reply.h"

namespace tally {

struct FreshRead {
  std::string name;
  ReplyType type;
  Instant asked;  // all that was acknowledged before this is wanted
  net::LaterReply reply;
};

// One loop's; used by its thread. All reads that come while others are being asked for share the next round.
class FreshReads {
 public:
  // `refresh` has everybody asked, after which release() is called; once for all reads that one turn of the
  // loop brought. `answer` reads, and replies.
  FreshReads(boost::asio::io_context& loop, std::function<void()> refresh,
             std::function<void(FreshRead)> answer);

  // Answered at the latest after kLimit, with what there is then.
  void wait(std::string name, ReplyType type, net::LaterReply reply);

  // Everybody who could be reached was asked at `since` or later, and has answered or failed.
  void release(Instant since);

  static constexpr Duration kLimit = std::chrono::seconds(2);

 private:
  void set_timer();

  boost::asio::io_context& loop_;
  boost::asio::steady_timer timer_;
  const std::function<void()> refresh_;
  const std::function<void(FreshRead)> answer_;
  bool asking_ = false;
  bool timer_set_ = false;
  std::deque<FreshRead> waiting_;  // the oldest first
};

}  // namespace tally
