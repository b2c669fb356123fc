#include "server/server_metrics.h"

#include <algorithm>
#include <limits>
#include <map>

#include "edge/process_metrics.h"

namespace tally {

namespace {

using Series = std::vector<MetricsPage::Series>;

// From a disk that answers at once to one that is in trouble.
const std::vector<double> kCommitBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                        0.05,   0.1,   0.25,   0.5,   1,    2.5};
// From another process of this machine to one that is far away and has much to tell.
const std::vector<double> kPeerBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};

double as_double(std::uint64_t number) { return static_cast<double>(number); }

// Of servers. One that moved may have several places: the worst counts.
std::map<ServerId, Instant> fresh_through_by_peer(const std::vector<Replica::PeerLag>& lags) {
  std::map<ServerId, Instant> through;
  for (const Replica::PeerLag& lag : lags) {
    const auto [peer, is_first] = through.emplace(lag.peer.first, lag.fresh_through);
    if (!is_first) peer->second = std::min(peer->second, lag.fresh_through);
  }
  return through;
}

double staleness_s(Instant fresh_through, Instant now) {
  if (fresh_through == Vouching::kNever) return std::numeric_limits<double>::infinity();
  return std::chrono::duration<double>(now - fresh_through).count();
}

void show_streams(const Replica& replica, MetricsPage& page) {
  const Holdings::Census census = replica.holdings().census(replica.members());
  page.gauges("tally_streams",
              "Streams known here: open, ended and in memory, ended and folded onto the disk.",
              {{{{"state", "open"}}, as_double(census.open)},
               {{{"state", "ended"}}, as_double(census.ended)},
               {{{"state", "folded"}}, as_double(census.folded)}});
  page.gauge("tally_ended_entries", "Entries of ended streams that are still in memory.",
             as_double(census.ended_entries));
  page.gauge("tally_staged_bytes", "Shares that are here in part, and not counted yet.",
             as_double(replica.staging().bytes()));
}

}  // namespace

void ServerMetrics::show_clients(MetricsPage& page) const {
  requests_.show(Program::counting_server, page);
  const auto by_protocol = [](std::uint64_t http, std::uint64_t resp) {
    return Series{{{{"protocol", "http"}}, as_double(http)}, {{{"protocol", "resp"}}, as_double(resp)}};
  };
  page.gauges("tally_connections", "Open connections.",
              by_protocol(http_.connections, resp_.load.connections));
  page.gauges("tally_held_bytes", "Memory in unfinished requests and unsent answers.",
              by_protocol(http_.held_bytes.sum(), resp_.load.held_bytes.sum()));
  page.counter("tally_resp_commands_total", "Commands that came over the Redis protocol.",
               as_double(resp_.commands_ever.sum()));
  show_tls(tls_, page);
}

ServerMetrics::ServerMetrics(Counting& counting, const ServerStatus& status, const net::ServerLoad& http,
                             const RespStatus& resp, Duration share_interval, const net::TlsContext* tls)
    : counting_(counting),
      status_(status),
      http_(http),
      resp_(resp),
      share_interval_(share_interval),
      tls_(tls),
      commit_seconds_(kCommitBounds),
      peer_seconds_(kPeerBounds) {}

void ServerMetrics::commit_begun(Instant now, const Commit& commit) {
  commit_began_ = now;
  commit_entries_ = 0;
  for (const Write& write : commit.writes) commit_entries_ += write.entries.size();
}

void ServerMetrics::commit_ended(Instant now, bool written) {
  if (!written) return;
  commit_seconds_.observe(now - commit_began_);
  committed_entries_ += commit_entries_;
}

std::string ServerMetrics::page(const Replica& replica, bool has_disk, Instant now) const {
  MetricsPage page;
  page.gauge("tally_ready", "1 if this server takes adds and reads, as /readyz says.",
             status_.ready() ? 1 : 0);
  show_counts(replica, page);
  show_peers(replica, now, page);
  if (has_disk) show_disk(replica, page);
  show_streams(replica, page);
  show_clients(page);
  show_alarms(page);
  show_process(page);
  return page.text();
}

ServerStats ServerMetrics::stats(const Replica& replica, Instant now) const {
  ServerStats stats{replica.members().self().run,
                    static_cast<std::int64_t>(counting_.adds()),
                    static_cast<std::int64_t>(counting_.table().size()),
                    static_cast<std::int64_t>(replica.unshared_adds()),
                    to_ms_rounded_up(share_interval_),
                    {}};
  for (const auto& [peer, through] : fresh_through_by_peer(replica.peer_lags())) {
    const bool known = through != Vouching::kNever;
    stats.lags.push_back({peer, known ? std::optional(to_ms_rounded_up(now - through)) : std::nullopt});
  }
  return stats;
}

void ServerMetrics::show_counts(const Replica& replica, MetricsPage& page) const {
  page.counter("tally_adds_total", "Adds that this run counted, each of a batch for itself.",
               as_double(counting_.adds()));
  page.gauge("tally_counters", "Counters known here.", as_double(counting_.table().size()));
  page.gauge(
      "tally_unshared_adds",
      "Adds of this run that no peer answered to hold: what the loss of this server, its disk included, "
      "would cost; never told too low.",
      as_double(replica.unshared_adds()));
}

void ServerMetrics::show_peers(const Replica& replica, Instant now, MetricsPage& page) const {
  Series staleness;
  Series unshared;
  const std::vector<Replica::PeerLag> lags = replica.peer_lags();
  for (const Replica::PeerLag& lag : lags) {
    const std::vector<std::pair<std::string, std::string>> labels{{"peer", lag.peer.first.text()},
                                                                  {"url", lag.peer.second}};
    staleness.push_back({labels, staleness_s(lag.fresh_through, now)});
    unshared.push_back({labels, as_double(lag.unshared_adds)});
  }
  Series lag_by_peer;
  for (const auto& [peer, through] : fresh_through_by_peer(lags)) {
    lag_by_peer.push_back({{{"peer", peer.text()}}, staleness_s(through, now)});
  }
  page.gauge("tally_share_interval_seconds", "How often shares are sent.",
             std::chrono::duration<double>(share_interval_).count());
  page.gauges(
      "tally_share_lag_seconds",
      "How far this peer's shares lag behind here, at the worst of its places; +Inf while nobody can say.",
      lag_by_peer);
  page.gauges("tally_peer_staleness_seconds",
              "Nothing that this peer acknowledged longer ago is missing here; +Inf while nobody can say.",
              staleness);
  page.gauges("tally_peer_unshared_adds",
              "Adds of this run that this peer did not answer to hold; never told too low.", unshared);
  page.histogram("tally_peer_request_seconds", "What other servers took to answer shares and questions.",
                 peer_seconds_);
  page.counter("tally_peer_request_failures_total",
               "Shares and questions that no other server answered with 200.", as_double(peer_failures_));
}

void ServerMetrics::show_disk(const Replica& replica, MetricsPage& page) const {
  page.gauge("tally_unsynced_adds", "Adds of this run that its disk does not hold; never told too low.",
             as_double(replica.unsynced_adds()));
  page.gauge("tally_disk_full", "1 if the last commit found no room.", status_.disk_full ? 1 : 0);
  page.histogram("tally_commit_seconds", "What a commit to the disk took, its sync included.",
                 commit_seconds_);
  page.counter("tally_committed_entries_total",
               "Changed totals that commits brought to the disk, other servers' included.",
               as_double(committed_entries_));
}

void ServerMetrics::show_alarms(MetricsPage& page) const {
  Series alarms;
  for (const AlarmKind kind : kAlarmKinds) {
    alarms.push_back(
        {{{"kind", std::string(to_string(kind))}}, as_double(alarms_[static_cast<std::size_t>(kind)])});
  }
  page.counters("tally_alarms_total", "What the log warned of, those times included that it left out.",
                alarms);
}

}  // namespace tally
