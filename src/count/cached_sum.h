// A sum that readers cache beside a version that the writer moves. Two halves of one protocol:
//
//   writer   moves the version to odd, changes what is summed, moves it to even.
//   readers  look() before they sum, and use a valid sum as it is. Otherwise they sum afresh, and publish()
//            what they found under the version that look() saw.
//
// A sum is used, and published, only under an even version that did not change from before to after: then
// nothing was changed meanwhile. It is published only over one of an older version, so that a slow reader
// cannot overwrite what is newer. Nobody waits or retries: under an odd version, or while another reader is
// publishing, a reader sums and publishes nothing. (A plain dirty flag, or a version moved only after the
// change, lets reads go backwards.)
#pragma once

#include <cstdint>

#include "count/atomic.h"

namespace tally {

// begin_change() and end_change(): one writer thread. look() and publish(): any thread.
class CachedSum {
 public:
  struct Look {
    std::uint64_t version;
    std::int64_t sum;  // what is cached, of whatever version
    bool valid;        // it is the sum now
  };

  void begin_change() { version_.fetch_add(1); }
  void end_change() { version_.fetch_add(1); }

  Look look() const {
    const std::uint64_t version = version_.load();
    const bool cached = stamp_.load() == version;  // stamps of finished sums are even: not while changing
    const std::int64_t sum = sum_.load();
    // The stamp moves past `version` only after the version did, so this vouches for both.
    return {version, sum, cached && version_.load() == version};
  }

  // `sum` was summed after look() saw `version`.
  void publish(std::uint64_t version, std::int64_t sum) {
    if (is_odd(version) || version_.load() != version) return;  // nobody could use it
    std::uint64_t stamp = stamp_.load();
    if (is_odd(stamp) || stamp >= version) return;
    if (!stamp_.compare_exchange_strong(stamp, version - 1)) return;
    sum_.store(sum);
    stamp_.store(version);
  }

 private:
  static bool is_odd(std::uint64_t version) { return version % 2 != 0; }

  Atomic<std::uint64_t> version_{2};  // odd while changing; only grows
  Atomic<std::uint64_t> stamp_{0};    // sum_'s version, one less (odd) while it is published; only grows
  Atomic<std::int64_t> sum_{0};
};

}  // namespace tally
