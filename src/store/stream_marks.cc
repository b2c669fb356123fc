#include "store/stream_marks.h"

#include <algorithm>

namespace tally {

Result<std::vector<Sequence>> StreamMarks::check(std::span<const Write> writes) const {
  std::vector<Sequence> before;
  before.reserve(writes.size());
  std::map<StreamId, Held> stands;  // as it will, when those before are taken
  for (const auto& [header, entries] : writes) {
    const auto held = held_.find(header.stream);
    auto& [server, mark] =
        stands
            .try_emplace(header.stream, held == held_.end() ? Held{header.server, Sequence{0}} : held->second)
            .first->second;
    if (server != header.server) {
      return Error{Errc::invalid, "Stream " + header.stream.text() + " is stored as one of server '" +
                                      server.text() + "', not of '" + header.server.text() +
                                      "'; nothing was written."};
    }
    if (header.after > mark) {
      return Error{Errc::invalid, "Stream " + header.stream.text() + " is stored up to " +
                                      std::to_string(number(mark)) + ", and the write begins after " +
                                      std::to_string(number(header.after)) + "; nothing was written."};
    }
    before.push_back(mark);
    mark = std::max(mark, header.through);
  }
  return before;
}

void StreamMarks::advance(const ShareHeader& header) {
  if (header.through == Sequence{0}) return;
  Sequence& mark = held_.try_emplace(header.stream, Held{header.server, Sequence{0}}).first->second.mark;
  mark = std::max(mark, header.through);
}

const StreamMarks::Held* StreamMarks::find(StreamId stream) const {
  const auto held = held_.find(stream);
  return held == held_.end() ? nullptr : &held->second;
}

Sequence StreamMarks::of(StreamId stream) const {
  const Held* held = find(stream);
  return held == nullptr ? Sequence{0} : held->mark;
}

}  // namespace tally
