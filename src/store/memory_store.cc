#include "store/memory_store.h"

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

Result<void> MemoryStore::load(const Visitor& visit) const {
  for (const auto& [stream, held] : marks_.all()) {
    if (auto shown = read(stream, visit); !shown) return shown;
  }
  return {};
}

Result<void> MemoryStore::read(StreamId stream, const Visitor& visit) const {
  const StreamMarks::Held* held = marks_.find(stream);
  if (held == nullptr) return {};
  std::vector<KeptEntry> entries;
  for (const auto& [name, entry] : newest_.at(stream)) entries.push_back({name, entry.total, entry.sequence});
  visit({{stream, held->server, Sequence{0}, held->mark}, entries, true});
  return {};
}

}  // namespace tally
