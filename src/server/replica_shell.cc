#include "server/replica_shell.h"

#include <cstdio>
#include <cstdlib>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "api/media_type.h"
#include "api/server_stats.h"
#include "base/check.h"
#include "cluster/patience.h"
#include "edge/answers.h"
#include "net/boot_clock.h"
#include "server/confirmations.h"
#include "server/fresh_reads.h"
#include "server/peer_protocol.h"

namespace tally {

namespace {

using std::chrono::milliseconds;

// A peer's answer may bring a whole stream, as many counters as there are.
constexpr net::ClientLimits kPeerLimits{.body_bytes = std::size_t{1} << 30};
constexpr milliseconds kStopStep{50};

void send(net::LaterReply reply, const Result<std::string>& body, std::string_view type) {
  if (body) {
    std::move(reply).send({200, type, *body, {}});
  } else {
    std::move(reply).send(problem_response(body.error()).view());
  }
}

// Nobody knows what the disk holds.
[[noreturn]] void end_for(const Error& error) {
  spdlog::shutdown();
  std::fprintf(stderr,
               "tally server: %s The process ends, so that nothing is acknowledged which may be lost.\n",
               error.detail.c_str());
  std::_Exit(1);
}

}  // namespace

ReplicaShell::ReplicaShell(boost::asio::io_context& loop, const Access& access, Member self,
                           ReplicaOptions options, Counting& counting, Disk* disk, ServerStatus& status,
                           Freshness& freshness, ServerMetrics& metrics, Callbacks callbacks,
                           std::shared_ptr<net::TlsContext> tls)
    : loop_(loop),
      tick_(loop, [this] { perform(replica_.tick(net::BootClock::now())); }),
      next_commit_(loop, [this] { commit_when_due(); }),
      stop_timer_(loop),
      access_(access),
      client_(loop, kPeerLimits, std::move(tls)),
      share_interval_(options.share_interval),
      disk_(disk),
      status_(status),
      freshness_(freshness),
      metrics_(metrics),
      replica_(std::move(self), options, counting, net::BootClock::now()),
      warnings_([](const std::string& text) { spdlog::warn("{}", text); }),
      callbacks_(std::move(callbacks)) {
  TALLY_CHECK(options.has_disk == has_disk());
}

Result<void> ReplicaShell::restore() {
  if (!has_disk()) return {};
  replica_.restore(disk_->roster());
  if (replica_.removed()) {
    spdlog::warn(
        "This server was removed from its cluster, as its data folder says: it answers 403. Stop it, or "
        "start it with another id to come back.");
  }
  return disk_->load([this](const KeptPart& part) { replica_.restore(part); });
}

void ReplicaShell::confirm(std::size_t by_disk, std::size_t by_peers) {
  const bool disk_is_due = by_disk > 0 && pace_.arrived(by_disk);
  if (!disk_is_due && by_peers == 0) return;
  boost::asio::post(loop_, [this, by_peers] {
    if (by_peers > 0) confirm_now(net::BootClock::now(), false, true);
    commit_when_due();
  });
}

void ReplicaShell::refresh() {
  boost::asio::post(loop_, [this] {
    const Instant now = net::BootClock::now();
    fresh_reads_until_ = now + FreshReads::kLimit;
    perform(replica_.refresh(now));
  });
}

void ReplicaShell::confirm_now(Instant now, bool by_disk, bool by_peers) {
  somebody_waits_until_ = now + Confirmations::kLimit;
  perform(replica_.confirm(now, by_disk, by_peers));
}

void ReplicaShell::commit_when_due() {
  const Instant now = net::BootClock::now();
  const auto due = pace_.due(now);
  if (!due) return;
  if (*due > now) return next_commit_.at(*due);
  pace_.gathered();
  confirm_now(now, true, false);
}

void ReplicaShell::start() { perform(replica_.tick(net::BootClock::now())); }

void ReplicaShell::learn(const HeartbeatAnswer& said) {
  perform(replica_.learn(net::BootClock::now(), said.known.members, said.known.removed, !said.young));
}

void ReplicaShell::balancers_asked() { perform(replica_.balancers_asked(net::BootClock::now())); }

void ReplicaShell::share_all(Duration limit, std::function<void(std::size_t unshared)> done) {
  const Instant now = net::BootClock::now();
  perform(replica_.flush(now));
  wait_until_shared(now + limit, std::move(done));
}

void ReplicaShell::wait_until_shared(Instant deadline, std::function<void(std::size_t)> done) {
  const bool done_all = replica_.shared() && replica_.durable();
  if (done_all || net::BootClock::now() >= deadline) return done(replica_.unshared());
  stop_timer_.expires_after(kStopStep);
  stop_timer_.async_wait(
      [this, deadline, done = std::move(done)](const boost::system::error_code& error) mutable {
        if (error) return;
        // The tries before are judged before new ones begin: of one that is under way nobody knows what
        // becomes.
        if (!replica_.shared()) perform(replica_.flush(net::BootClock::now()));
        wait_until_shared(deadline, std::move(done));
      });
}

void ReplicaShell::answer_share(std::string_view share, std::optional<ServerId> proven,
                                net::LaterReply reply) {
  if (waiting_bytes_.fetch_add(share.size(), std::memory_order_relaxed) + share.size() > kWaitingBytes) {
    waiting_bytes_.fetch_sub(share.size(), std::memory_order_relaxed);
    const Error error{
        Errc::unavailable,
        "More shares wait here than this server can take just now: send it again a little later."};
    return std::move(reply).send(problem_response(error).view());
  }
  boost::asio::post(loop_, [this, body = std::string(share), proven = std::move(proven),
                            reply = std::move(reply)]() mutable {
    waiting_bytes_.fetch_sub(body.size(), std::memory_order_relaxed);
    give(replica_.receive_share(net::BootClock::now(), body, proven), std::move(reply));
  });
}

void ReplicaShell::give(Replica::Answer answer, net::LaterReply reply) {
  if (answer.later != 0) {
    late_.emplace(answer.later, std::move(reply));
  } else {
    tally::send(std::move(reply), answer.body, kProtobufType);
  }
  perform(std::move(answer.output));
}

void ReplicaShell::answer_marks(std::optional<std::uint64_t> digest, std::uint64_t nonce,
                                net::LaterReply reply) {
  boost::asio::post(loop_, [this, digest, nonce, reply = std::move(reply)]() mutable {
    give(replica_.answer_marks(net::BootClock::now(), digest, nonce), std::move(reply));
  });
}

void ReplicaShell::show_marks(net::LaterReply reply) {
  boost::asio::post(loop_, [this, reply = std::move(reply)]() mutable {
    tally::send(std::move(reply), to_json(replica_.marks()), kJsonType);
  });
}

void ReplicaShell::show_metrics(net::LaterReply reply) {
  boost::asio::post(loop_, [this, reply = std::move(reply)]() mutable {
    tally::send(std::move(reply), metrics_.page(replica_, has_disk(), net::BootClock::now()), kMetricsType);
  });
}

void ReplicaShell::show_stats(net::LaterReply reply) {
  boost::asio::post(loop_, [this, reply = std::move(reply)]() mutable {
    std::string body;
    append_server_stats(body, metrics_.stats(replica_, net::BootClock::now()));
    tally::send(std::move(reply), body, kJsonType);
  });
}

void ReplicaShell::answer_stream(StreamId stream, Sequence after, net::LaterReply reply) {
  boost::asio::post(loop_, [this, stream, after, reply = std::move(reply)]() mutable {
    give(replica_.stream_answer(net::BootClock::now(), stream, after), std::move(reply));
  });
}

void ReplicaShell::perform(Output output) {
  const Instant now = net::BootClock::now();
  warnings_.sweep(now);
  for (const Alarm& alarm : output.alarms) {
    metrics_.raised(alarm.kind);
    warnings_.warn(now, alarm.text);
  }
  for (const std::string& notice : output.notices) spdlog::info("{}", notice);
  if (!output.commit.empty()) commit(std::move(output.commit));
  if (output.read) read_back(*output.read);
  for (const PeerRequest& request : output.requests) send(request);
  for (const LateAnswer& answer : output.answers) {
    tally::send(std::move(late_.extract(answer.number).mapped()), answer.body, kProtobufType);
  }
  publish_soon(output.refreshed);
  tick_.at(output.wake);
  if (replica_.ready() && callbacks_.on_ready) std::exchange(callbacks_.on_ready, nullptr)();
}

// Whoever may be missing before this is called again, which is at the next tick at the latest: of what is
// read meanwhile, and of fresh reads that nobody has answered yet, all that are older than those.
void ReplicaShell::publish_freshness(Instant now, std::optional<Instant> refreshed) {
  const bool somebody_waits = now < fresh_reads_until_;
  const Instant suspects =
      somebody_waits ? now : now + 2 * share_interval_ - Freshness::limit(share_interval_);
  Freshness::Times oldest;
  for (auto& [place, time] : replica_.older_than(std::max(suspects, refreshed.value_or(Instant::min())))) {
    oldest.emplace_back(std::move(place.first), time);
  }
  freshness_.publish(replica_.fresh_through().value_or(Instant::max()), std::move(oldest));
  if (refreshed) callbacks_.on_refreshed(*refreshed);
}

// It costs as much as there are servers, so what comes at once is published at once.
void ReplicaShell::publish_soon(std::optional<Instant> refreshed) {
  refreshed_ = std::max(refreshed_, refreshed);
  if (std::exchange(publishing_, true)) return;
  boost::asio::post(loop_, [this] {
    publishing_ = false;
    publish(std::exchange(refreshed_, std::nullopt));
  });
}

void ReplicaShell::publish(std::optional<Instant> refreshed) {
  publish_freshness(net::BootClock::now(), refreshed);
  if (replica_.removed()) status_.removed = true;
  if (const std::size_t peers = members().peers().size(); peers != known_peers_) {
    known_peers_ = peers;
    status_.peers = static_cast<std::uint32_t>(members().other_servers());
  }
  if (net::BootClock::now() >= somebody_waits_until_) return;
  Replica::Held held = replica_.held();
  if (held == held_) return;
  held_ = std::move(held);
  callbacks_.on_held(held_);
}

void ReplicaShell::commit(Commit commit) {
  const Instant now = net::BootClock::now();
  pace_.begun(now);
  metrics_.commit_begun(now, commit);
  disk_->commit(std::move(commit), [this](const Result<void>& result) { committed(result); });
}

void ReplicaShell::committed(const Result<void>& result) {
  const Instant now = net::BootClock::now();
  // Trying again would say that all is well: fsync reports a loss once.
  if (!result && result.error().code != Errc::full) end_for(result.error());
  if (const bool full = !result; full != status_.disk_full.exchange(full)) {
    if (full) spdlog::error("{} Adds with ack=disk are refused until there is room.", result.error().detail);
    if (!full) spdlog::info("The disk has room again.");
  }
  pace_.ended(now);
  metrics_.commit_ended(now, result.has_value());
  perform(result ? replica_.written(now) : replica_.not_written(now));
  commit_when_due();
}

void ReplicaShell::read_back(StreamId stream) {
  disk_->read(stream, [this](const Result<KeptStream>& kept) {
    if (!kept) end_for(kept.error());
    auto output = replica_.read_back(net::BootClock::now(), *kept);
    if (!output) end_for(output.error());
    perform(std::move(*output));
  });
}

void ReplicaShell::send(const PeerRequest& request) {
  auto http = to_http(request, access_.cluster_authorization());
  if (!http) {
    boost::asio::post(loop_, [this, id = request.id, error = http.error()] {
      perform(replica_.answered(net::BootClock::now(), id, error));
    });
    return;
  }
  http->answer_timeout = patience(request, share_interval_);
  const Instant asked = net::BootClock::now();
  client_.send(std::move(*http),
               [this, id = request.id, to = request.to, asked](Result<net::ClientResponse> response) {
                 take_answer(id, to, asked, from_http(std::move(response)));
               });
}

void ReplicaShell::take_answer(std::uint64_t request, const Place& peer, Instant asked,
                               const Result<std::string>& body) {
  const Instant now = net::BootClock::now();
  if (body) {
    metrics_.peer_answered(now - asked);
  } else {
    metrics_.peer_failed();
  }
  if (!body && body.error().code == Errc::unauthorized) {
    warnings_.warn(now, "Server '" + peer.first.text() + "' at " + peer.second +
                            " takes this one for a stranger: " + body.error().detail);
  }
  perform(replica_.answered(now, request, body));
}

}  // namespace tally
