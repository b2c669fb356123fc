// Adds that are counted, and whose replies wait until a disk or peers hold them too.
//
// Tickets of one thread never fall, so of those that wait for the same the first is done first, and whatever
// holds the first missing one holds all before it: to release a hundred replies costs a hundred steps,
// wherever the marks stand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "api/ack.h"
#include "base/duration.h"
#include "cluster/patience.h"
#include "cluster/replica.h"
#include "net/later_reply.h"

namespace tally {

// One loop's; used by its thread.
class WaitingAdds {
 public:
  // Calls `confirm` once for all adds that one turn of the loop brought, as many as wait for the disk and for
  // peers: it has them take what is counted by then.
  using Confirm = std::function<void(std::size_t by_disk, std::size_t by_peers)>;
  WaitingAdds(boost::asio::io_context& loop, Confirm confirm);

  // Replies with 200 when what `ack` names holds `ticket`; with 202, saying what does hold it, when that is
  // not so after kLimit. `body` lacks its end, see close_with_ack().
  void wait(Ack ack, Sequence ticket, std::string body, net::LaterReply reply);

  // How far our own stream is held now.
  void release(const Replica::Held& held);

  static constexpr Duration kLimit = kAckPatience;

 private:
  struct Waiting {
    Sequence ticket;
    Instant deadline;
    std::string body;
    net::LaterReply reply;
  };
  // By how many peers they wait for; 0: for the disk.
  using Queues = std::map<std::uint32_t, std::deque<Waiting>>;

  void ask_to_confirm();
  void set_timer();
  void give_up_what_is_late();
  Sequence held_by(std::uint32_t peers) const;
  Ack got(Sequence ticket, std::uint32_t peers) const;

  boost::asio::io_context& loop_;
  boost::asio::steady_timer timer_;
  const Confirm confirm_;
  bool asking_ = false;
  std::size_t by_disk_ = 0;  // since it was asked last
  std::size_t by_peers_ = 0;
  bool timer_set_ = false;
  Replica::Held held_;
  Queues queues_;
};

}  // namespace tally
