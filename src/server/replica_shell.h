// What stands around a Replica in a real server: the clock, the sockets, the log. All of it lives on the
// cluster's loop, by whose thread everything here is called, apart from what says otherwise.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "api/heartbeat.h"
#include "cluster/replica.h"
#include "edge/access.h"
#include "edge/warnings.h"
#include "net/http_client.h"
#include "net/later_reply.h"
#include "net/waker.h"
#include "server/commit_pace.h"
#include "server/disk.h"
#include "server/freshness.h"
#include "server/server_metrics.h"
#include "server/status.h"

namespace tally {

class ReplicaShell {
 public:
  struct Callbacks {
    std::function<void()> on_ready;                     // once, when recovery has ended
    std::function<void(const Replica::Held&)> on_held;  // after confirm(): our own stream is held further
    std::function<void(Instant since)> on_refreshed;    // after refresh(): everybody was asked then, or later
  };

  // `disk` is null, or outlives this; options.has_disk says which. `access` says what peers are shown, `tls`,
  // as HttpClient's, how they are asked.
  ReplicaShell(boost::asio::io_context& loop, const Access& access, Member self, ReplicaOptions options,
               Counting& counting, Disk* disk, ServerStatus& status, Freshness& freshness,
               ServerMetrics& metrics, Callbacks callbacks, std::shared_ptr<net::TlsContext> tls = nullptr);

  // What the disk kept, before start(). Errors as Store::load()'s.
  Result<void> restore();
  void start();

  bool has_disk() const { return disk_ != nullptr; }
  // The disk, if there is one, holds all that was counted by the last seal.
  bool durable() const { return replica_.durable(); }

  // So many adds more wait until a disk, or peers, hold what is counted by now. Any thread.
  void confirm(std::size_t by_disk, std::size_t by_peers);

  // Somebody wants to read what every other server acknowledged by now. Any thread.
  void refresh();

  // A balancer's words.
  void learn(const HeartbeatAnswer& said);
  void balancers_asked();

  const Members& members() const { return replica_.members(); }

  // Shares all that is counted by now with every peer that can be reached, and commits it; when no peer can,
  // waits for one. Calls `done`, when `limit` has passed at the latest, with how many counters have changes
  // that no peer holds.
  void share_all(Duration limit, std::function<void(std::size_t unshared)> done);

  // Peers' questions. Any thread. Shares wait for the loop in up to kWaitingBytes; beyond that they are
  // refused, with 503, and their senders come again in their next round.
  static constexpr std::size_t kWaitingBytes = std::size_t{64} << 20;
  // `proven`: whose certificate the sender has shown, if it must.
  void answer_share(std::string_view share, std::optional<ServerId> proven, net::LaterReply reply);
  void answer_marks(std::optional<std::uint64_t> digest, std::uint64_t nonce, net::LaterReply reply);
  // For people, and those who watch.
  void show_marks(net::LaterReply reply);
  void show_metrics(net::LaterReply reply);
  void show_stats(net::LaterReply reply);
  void answer_stream(StreamId stream, Sequence after, net::LaterReply reply);

 private:
  void give(Replica::Answer answer, net::LaterReply reply);
  void perform(Output output);
  void send(const PeerRequest& request);
  void take_answer(std::uint64_t request, const Place& peer, Instant asked, const Result<std::string>& body);
  void commit(Commit commit);
  void committed(const Result<void>& result);
  void read_back(StreamId stream);
  void commit_when_due();
  void confirm_now(Instant now, bool by_disk, bool by_peers);
  void publish_soon(std::optional<Instant> refreshed);
  void publish(std::optional<Instant> refreshed);
  void publish_freshness(Instant now, std::optional<Instant> refreshed);
  void wait_until_shared(Instant deadline, std::function<void(std::size_t)> done);

  boost::asio::io_context& loop_;
  net::Waker tick_;
  net::Waker next_commit_;
  boost::asio::steady_timer stop_timer_;
  const Access& access_;
  net::HttpClient client_;
  const Duration share_interval_;
  Disk* const disk_;
  ServerStatus& status_;
  Freshness& freshness_;
  ServerMetrics& metrics_;
  Replica replica_;
  CommitPace pace_;
  Warnings warnings_;
  Callbacks callbacks_;                            // on_ready is empty once called
  std::size_t known_peers_ = 0;                    // places, when they were last counted
  Instant somebody_waits_until_{};                 // for holders of our own stream
  Instant fresh_reads_until_{};                    // somebody waits for a refresh
  bool publishing_ = false;                        // publish() is posted
  std::optional<Instant> refreshed_{};             // for it
  Replica::Held held_;                             // as on_held was told
  std::atomic<std::size_t> waiting_bytes_{0};      // of shares; any thread
  std::map<std::uint64_t, net::LaterReply> late_;  // peers who wait for our disk
};

}  // namespace tally
