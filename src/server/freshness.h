// How fresh this server's counts are, as replies may claim.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/ids.h"
#include "base/mutex.h"

namespace tally {

// Written by the cluster's thread, read by any.
//
// Writers: values first, then publish(). Readers: through(), then the value, then the clock. So a value is
// never older than is claimed.
class Freshness {
 public:
  // Who was not vouched for within this time is missing.
  static Duration limit(Duration share_interval) { return 3 * share_interval + std::chrono::seconds(1); }

  // Servers, and the time before which all that they acknowledged is here.
  using Times = std::vector<std::pair<ServerId, Instant>>;

  explicit Freshness(Duration share_interval) : limit_(limit(share_interval)) {}

  // Everything that any known server acknowledged before `through` is here. `oldest` are the servers that may
  // be missing, for as long as nothing newer is published.
  void publish(Instant through, Times oldest);

  Instant through() const { return through_.load(std::memory_order_acquire); }

  struct Claim {
    std::optional<std::int64_t> staleness_ms;  // nothing: unbounded
    bool complete;
    std::vector<ServerId> missing{};
  };
  // Of a read that found `through`, at `now`.
  Claim claim(Instant through, Instant now) const;
  // Of one that wants all that was acknowledged before `asked`, and found that everybody who could be asked
  // was.
  Claim fresh_claim(Instant through, Instant asked, Instant now) const;

 private:
  std::vector<ServerId> older_than(Instant time) const;

  const Duration limit_;
  std::atomic<Instant> through_{Instant::min()};  // min(): nobody can say; max(): there is no other server
  mutable Mutex mutex_;
  Times oldest_ TALLY_GUARDED_BY(mutex_);
};

}  // namespace tally
