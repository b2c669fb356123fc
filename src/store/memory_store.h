// A store that forgets everything with the process: for tests, and the disk of a simulated server. A copy is
// a snapshot.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "store/store.h"
#include "store/stream_marks.h"

namespace tally {

class MemoryStore final : public Store {
 public:
  Result<void> commit(const Commit& commit) override;
  Result<void> load(const Visitor& visit) const override;
  Result<void> read(StreamId stream, const Visitor& visit) const override;
  Roster roster() const override { return roster_; }

  // 0 for a stream that is not held.
  Sequence mark(StreamId stream) const { return marks_.of(stream); }

 private:
  struct Newest {
    std::int64_t total;
    Sequence sequence;
  };
  using NewestByName = std::map<std::string, Newest, std::less<>>;

  Roster roster_;
  StreamMarks marks_;
  std::map<StreamId, NewestByName> newest_;
};

}  // namespace tally
