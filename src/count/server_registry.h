// Every server that was ever heard of, numbered in the order of first mention: a tree's node names its server
// in four bytes.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <vector>

#include "base/ids.h"
#include "base/mutex.h"
#include "count/atomic.h"

namespace tally {

// Any thread. Append-only: an index means the same server for ever.
class ServerRegistry {
 public:
  // The server's index, a new one at its first mention.
  ServerIndex index(const ServerId& server);

  // No lock. The reference stays good.
  const ServerId& id(ServerIndex index) const;

 private:
  // Chunk c holds the indices 2^c - 1 up to 2^(c+1) - 2, so that nothing moves when it grows.
  static constexpr std::size_t kChunks = 32;

  Mutex mutex_;
  std::map<ServerId, ServerIndex> indices_ TALLY_GUARDED_BY(mutex_);
  std::array<std::vector<ServerId>, kChunks> chunks_ TALLY_GUARDED_BY(mutex_);
  std::array<Atomic<const ServerId*>, kChunks> starts_{};
};

}  // namespace tally
