// Folded streams that are wanted back from the disk, and why: one at a time, so that no more than one is on
// its way, in the order in which they were first wanted. Pure; one thread uses it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "base/ids.h"

namespace tally {

class ReadBacks {
 public:
  // Somebody asked for the stream's entries after `after`, and waits for the answer of this number.
  struct Question {
    std::uint64_t answer;
    Sequence after;
  };
  struct Wanted {
    bool to_change = false;  // it is to stay in memory: what comes for it is about to be merged
    std::vector<Question> questions{};
  };

  void want(StreamId stream) { wanted(stream).to_change = true; }
  void ask(StreamId stream, Question question) { wanted(stream).questions.push_back(question); }

  // What to read now; nothing while another is being read. done() follows.
  std::optional<StreamId> next();
  // It was read: what for.
  Wanted done(StreamId stream);

 private:
  Wanted& wanted(StreamId stream);

  std::map<StreamId, Wanted> wanted_;
  std::deque<StreamId> order_;  // of those in wanted_, the one that is being read aside
  std::optional<StreamId> being_read_;
};

}  // namespace tally
