// A store that forgets everything with the process: for tests, and the disk of a simulated server. A copy is
// a snapshot.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "store/store.h"

namespace tally {

class MemoryStore final : public Store {
 public:
  Result<void> commit(std::span<const Write> writes) override;
  Result<void> load(const Visitor& visit) const override;

  // 0 for a stream that is not held.
  Sequence mark(StreamId stream) const;

 private:
  struct Newest {
    std::int64_t total;
    Sequence sequence;
  };
  struct Held {
    ServerId server;
    Sequence mark{0};
    std::map<std::string, Newest, std::less<>> newest{};  // by the counter's name
  };

  Result<void> check(std::span<const Write> writes) const;
  void merge(const Write& write);

  std::map<StreamId, Held> streams_;
};

}  // namespace tally
