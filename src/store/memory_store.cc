#include "store/memory_store.h"

#include <algorithm>

#include "count/counter.h"

namespace tally {

Result<void> MemoryStore::commit(std::span<const Write> writes) {
  if (auto checked = check(writes); !checked) return checked;
  for (const Write& write : writes) merge(write);
  return {};
}

Result<void> MemoryStore::check(std::span<const Write> writes) const {
  std::map<StreamId, std::pair<ServerId, Sequence>> stands;  // as it will, when those before are merged
  for (const auto& [header, entries] : writes) {
    const auto held = streams_.find(header.stream);
    const bool known = held != streams_.end();
    auto& [server, mark] = stands
                               .try_emplace(header.stream, known ? held->second.server : header.server,
                                            known ? held->second.mark : Sequence{0})
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
    mark = std::max(mark, header.through);
  }
  return {};
}

void MemoryStore::merge(const Write& write) {
  Held& held = streams_.try_emplace(write.header.stream, Held{write.header.server}).first->second;
  for (const Entry& entry : write.entries) {
    const Newest newest{entry.total, entry.sequence};
    const auto [place, fresh] = held.newest.try_emplace(std::string(entry.counter->name()), newest);
    if (!fresh && place->second.sequence < entry.sequence) place->second = newest;
  }
  held.mark = std::max(held.mark, write.header.through);
}

Result<void> MemoryStore::load(const Visitor& visit) const {
  for (const auto& [stream, held] : streams_) {
    std::vector<NamedEntry> entries;
    entries.reserve(held.newest.size());
    for (const auto& [name, newest] : held.newest) entries.push_back({name, newest.total, newest.sequence});
    std::stable_sort(entries.begin(), entries.end(),
                     [](const NamedEntry& a, const NamedEntry& b) { return a.sequence < b.sequence; });
    visit({stream, held.server, Sequence{0}, held.mark}, entries);
  }
  return {};
}

Sequence MemoryStore::mark(StreamId stream) const {
  const auto held = streams_.find(stream);
  return held == streams_.end() ? Sequence{0} : held->second.mark;
}

}  // namespace tally
