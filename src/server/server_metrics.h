// What a counting server shows at /metrics. Nothing here is asked of an add: its threads count what they do
// anyway, and a scrape reads that.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "api/server_stats.h"
#include "base/duration.h"
#include "cluster/alarm.h"
#include "cluster/replica.h"
#include "cluster/write.h"
#include "count/counting.h"
#include "edge/metrics.h"
#include "edge/request_counts.h"
#include "net/http_limits.h"
#include "server/resp_status.h"
#include "server/status.h"

namespace tally {

// Used by the cluster's thread alone, but for requests(). What it is made of outlives it; `tls` is what
// clients speak it with, or null.
class ServerMetrics {
 public:
  ServerMetrics(Counting& counting, const ServerStatus& status, const net::ServerLoad& http,
                const RespStatus& resp, Duration share_interval, const net::TlsContext* tls = nullptr);

  // Of HTTP: for handlers to count in. Any thread.
  RequestCounts& requests() { return requests_; }

  void raised(AlarmKind kind) { ++alarms_[static_cast<std::size_t>(kind)]; }

  // One commit at a time.
  void commit_begun(Instant now, const Commit& commit);
  void commit_ended(Instant now, bool written);

  // Another server answered, or it did not.
  void peer_answered(Duration took) { peer_seconds_.observe(took); }
  void peer_failed() { ++peer_failures_; }

  // As Prometheus reads it. Costs what there are peers and streams, not what there are counters.
  std::string page(const Replica& replica, bool has_disk, Instant now) const;
  // The little of it that is looked at every second.
  ServerStats stats(const Replica& replica, Instant now) const;

 private:
  void show_peers(const Replica& replica, Instant now, MetricsPage& page) const;
  void show_counts(const Replica& replica, MetricsPage& page) const;
  void show_disk(const Replica& replica, MetricsPage& page) const;
  void show_clients(MetricsPage& page) const;
  void show_alarms(MetricsPage& page) const;

  Counting& counting_;
  const ServerStatus& status_;
  const net::ServerLoad& http_;
  const RespStatus& resp_;
  const Duration share_interval_;
  RequestCounts requests_;
  const net::TlsContext* const tls_;
  DurationHistogram commit_seconds_;
  Instant commit_began_{};
  std::size_t commit_entries_ = 0;       // of the one under way
  std::uint64_t committed_entries_ = 0;  // of all that were written
  DurationHistogram peer_seconds_;
  std::uint64_t peer_failures_ = 0;
  std::array<std::uint64_t, kAlarmKinds.size()> alarms_{};
};

}  // namespace tally
