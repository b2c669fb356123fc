// Adds that are counted, and whose replies are held until a disk or peers hold them too.
#pragma once

#include <cstddef>
#include <functional>

#include <boost/asio/io_context.hpp>

#include "api/ack.h"
#include "base/duration.h"
#include "cluster/patience.h"
#include "cluster/replica.h"
#include "net/holds.h"

namespace tally {

// One loop's, for all that its clients speak; used by its thread. A gate stands for each kind of holder: gate
// 0 for the disk, gate K for K peers; what it is open up to is a sequence number of our own stream.
class Confirmations {
 public:
  // Calls `confirm` once for all adds that one turn of the loop brought, as many as wait for the disk and for
  // peers: it has them take what is counted by then.
  using Confirm = std::function<void(std::size_t by_disk, std::size_t by_peers)>;
  Confirmations(boost::asio::io_context& loop, Confirm confirm);

  // For whoever answers: a reply is late after kLimit.
  net::Holds& holds() { return holds_; }
  static constexpr Duration kLimit = kAckPatience;

  // What holds the replies to `adds` adds with that ticket: whatever `ack` names, not the memory.
  net::Hold await(Ack ack, Sequence ticket, std::size_t adds = 1);

  // How far our own stream is held now.
  void release(const Replica::Held& held);

  // What a held reply waits for, and how much of that it has got.
  static Ack asked_for(net::Hold hold);
  Ack got(net::Hold hold) const;

 private:
  void ask_to_confirm();

  boost::asio::io_context& loop_;
  const Confirm confirm_;
  net::Holds holds_;
  bool asking_ = false;
  std::size_t by_disk_ = 0;  // since it was asked last
  std::size_t by_peers_ = 0;
};

}  // namespace tally
