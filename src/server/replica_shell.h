// What stands around a Replica in a real server: the clock, the sockets, the log. All of it lives on the
// cluster's loop, by whose thread everything here is called, apart from what says otherwise.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cluster/replica.h"
#include "net/http_client.h"
#include "net/later_reply.h"
#include "server/status.h"

namespace tally {

class ReplicaShell {
 public:
  // `on_ready` is called once, when recovery has ended.
  ReplicaShell(boost::asio::io_context& loop, Member self, ReplicaOptions options, Counting& counting,
               ServerStatus& status, std::function<void()> on_ready);

  void start();

  // A balancer's words.
  void learn(const std::vector<Member>& members, const std::vector<ServerId>& removed);
  void balancers_asked();

  const Members& members() const { return replica_.members(); }

  // Shares all that is counted by now with every peer that can be reached; when none can, waits for one.
  // Calls `done`, when `limit` has passed at the latest, with how many counters have changes that no peer
  // holds.
  void share_all(Duration limit, std::function<void(std::size_t unshared)> done);

  // Peers' questions. Any thread.
  void answer_share(std::string body, net::LaterReply reply);
  void answer_marks(bool as_json, std::optional<std::uint64_t> digest, net::LaterReply reply);
  void answer_stream(StreamId stream, Sequence after, net::LaterReply reply);

 private:
  void perform(const Output& output);
  void send(const PeerRequest& request);
  void sleep_until(Instant wake);
  void go_on_sharing(Sequence goal, Instant deadline, std::function<void(std::size_t)> done);

  boost::asio::io_context& loop_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer stop_timer_;
  net::HttpClient client_;
  ServerStatus& status_;
  Replica replica_;
  std::function<void()> on_ready_;  // empty once called
};

}  // namespace tally
