#include "store/memory_store.h"

#include <algorithm>

#include "count/counter.h"

namespace tally {

Result<void> MemoryStore::commit(const Commit& commit) {
  if (const auto checked = marks_.check(commit.writes); !checked) return checked.error();
  roster_.merge(commit.roster);
  for (const auto& [header, entries] : commit.writes) {
    marks_.advance(header);
    NewestByName& held = newest_[header.stream];
    for (const Entry& entry : entries) {
      const Newest newest{entry.total, entry.sequence};
      const auto [place, fresh] = held.try_emplace(std::string(entry.counter->name()), newest);
      if (!fresh && place->second.sequence < entry.sequence) place->second = newest;
    }
  }
  return {};
}

Result<void> MemoryStore::load(const Loader& show) const {
  for (const auto& [stream, held] : marks_.all()) {
    std::vector<KeptEntry> entries;
    for (const auto& [name, entry] : newest_.at(stream)) {
      entries.push_back({name, entry.total, entry.sequence});
    }
    show({{stream, held.server, Sequence{0}, held.mark}, entries, true});
  }
  return {};
}

Result<void> MemoryStore::read(StreamId stream, const Visitor& visit) const {
  const auto held = marks_.all().find(stream);
  if (held == marks_.all().end()) return {};
  std::vector<NamedEntry> entries;
  for (const auto& [name, entry] : newest_.at(stream)) entries.push_back({name, entry.total, entry.sequence});
  std::stable_sort(entries.begin(), entries.end(),
                   [](const NamedEntry& a, const NamedEntry& b) { return a.sequence < b.sequence; });
  visit({stream, held->second.server, Sequence{0}, held->second.mark}, entries);
  return {};
}

}  // namespace tally
