#include "sim/stream_laws.h"

#include <algorithm>
#include <string_view>

namespace tally::sim {

namespace {

// What `changes` say at `mark`; null if nothing was changed by then.
const std::pair<Sequence, std::int64_t>* newest_at(
    Sequence mark, const std::vector<std::pair<Sequence, std::int64_t>>& changes) {
  const auto later = std::upper_bound(changes.begin(), changes.end(), mark,
                                      [](Sequence s, const auto& change) { return s < change.first; });
  return later == changes.begin() ? nullptr : &*std::prev(later);
}

// All entries of a stream as the server holds it: of a folded one its disk alone has them.
std::vector<NamedEntry> entries_of(const Server& server, StreamId stream, const Holdings::Held& held) {
  std::vector<NamedEntry> entries;
  if (!held.stream.folded()) {
    for (const Entry& entry : held.stream.since(Sequence{0})) {
      entries.push_back({std::string(entry.counter->name()), entry.total, entry.sequence});
    }
    return entries;
  }
  KeptStream kept;
  const auto read = server.disk().content().read(stream, [&kept](const KeptPart& part) { kept.add(part); });
  for (const KeptEntry& entry : kept.entries()) {
    entries.push_back({std::string(entry.name), entry.total, entry.sequence});
  }
  TALLY_CHECK(read.has_value());
  return entries;
}

// The values of all nodes under `node`, itself included; false if a valid cached sum is not their sum.
bool recompute(const CollationNode& node, std::map<ServerIndex, Int128>& values, Int128& sum) {
  sum = node.value;
  values.emplace(node.server, node.value);
  bool right = true;
  for (const CollationNode& child : node.children) {
    Int128 below = 0;
    right = recompute(child, values, below) && right;
    sum += below;
  }
  return right && (!node.valid || node.computed == sum);
}

}  // namespace

void StreamLaws::write_down(const Server& server) {
  const Member& self = server.replica()->members().self();
  const Holdings::Held* own = server.replica()->holdings().find(self.run);
  if (own == nullptr) return;
  Written& written = written_.try_emplace(self.run, Written{self.id}).first->second;
  if (own->stream.mark() < written.mark) {
    return verdict_.broke(
        "A stream forked: {} writes stream {:.8} from {} on, which was written up to {} before.", self.url,
        self.run.text(), number(own->stream.mark()), number(written.mark));
  }
  if (own->stream.mark() == written.mark) return;
  for (const Entry& entry : own->stream.since(written.mark)) {
    written.changes[std::string(entry.counter->name())].emplace_back(entry.sequence, entry.total);
  }
  written.mark = own->stream.mark();
  written.adds[written.mark] = server.counting().adds();
}

void StreamLaws::check(Server& server) {
  Sums sums;
  for (const auto& [stream, held] : server.replica()->holdings().all()) {
    check_stream(server, stream, held);
    if (stream == server.replica()->members().self().run) continue;
    for (const NamedEntry& entry : entries_of(server, stream, held)) {
      sums[entry.name][held.stream.server()] += entry.total;
    }
  }
  check_sums(server, sums);
}

void StreamLaws::note_marks(const Server& server) {
  const Member& holder = server.replica()->members().self();
  for (const auto& [stream, held] : server.replica()->holdings().all()) {
    Sequence& seen = seen_[stream].try_emplace(holder.run, Seen{holder.id}).first->second.mark;
    seen = std::max(seen, held.stream.mark());
  }
}

Sequence StreamLaws::most_held_by_others(StreamId stream) const {
  Sequence most{0};
  const auto seen = seen_.find(stream);
  if (seen == seen_.end()) return most;
  for (const auto& [run, by] : seen->second) {
    if (by.holder != written_.at(stream).server) most = std::max(most, by.mark);
  }
  return most;
}

std::uint64_t StreamLaws::adds_by(StreamId stream, Sequence mark) const {
  const auto written = written_.find(stream);
  if (written == written_.end() || mark == Sequence{0}) return 0;
  // One event may seal twice; nothing is added in between.
  return written->second.adds.lower_bound(mark)->second;
}

Sequence StreamLaws::held_by_peers(const Replica& replica) const {
  Sequence most{0};
  const auto seen = seen_.find(replica.members().self().run);
  if (seen == seen_.end()) return most;
  for (const auto& [place, run] : replica.members().peers()) {
    const auto by = seen->second.find(run);
    if (by != seen->second.end()) most = std::max(most, by->second.mark);
  }
  return most;
}

void StreamLaws::check_stream(const Server& server, StreamId stream, const Holdings::Held& held) {
  const std::string& url = server.setup().url;
  const Sequence mark = held.stream.mark();
  const auto found = written_.find(stream);
  if (found == written_.end()) {
    return verdict_.broke("An invention: {} holds stream {:.8}, which nobody wrote.", url, stream.text());
  }
  const Written& written = found->second;
  if (server.replica()->holdings().server_of(held) != written.server) {
    return verdict_.broke("Filed under another server: at {}, stream {:.8} of '{}'.", url, stream.text(),
                          written.server.text());
  }
  if (mark > written.mark) {
    return verdict_.broke("A claim beyond what was written: {} holds stream {:.8} of '{}' up to {}, of {}.",
                          url, stream.text(), written.server.text(), number(mark), number(written.mark));
  }
  const Member& holder = server.replica()->members().self();
  Sequence& seen = seen_[stream].try_emplace(holder.run, Seen{holder.id}).first->second.mark;
  if (mark < seen) {
    return verdict_.broke("A mark fell: {} held stream {:.8} of '{}' up to {} and now up to {}.", url,
                          stream.text(), written.server.text(), number(seen), number(mark));
  }
  seen = mark;
  std::map<std::string_view, const NamedEntry*> held_newest;
  const std::vector<NamedEntry> entries = entries_of(server, stream, held);
  for (const NamedEntry& entry : entries) held_newest.emplace(entry.name, &entry);
  std::size_t known = 0;
  for (const auto& [counter, changes] : written.changes) {
    const auto* newest = newest_at(mark, changes);
    if (newest == nullptr) continue;
    ++known;
    const auto ours = held_newest.find(counter);
    if (ours == held_newest.end() || std::pair(ours->second->sequence, ours->second->total) != *newest) {
      return verdict_.broke(
          "A mark ran ahead: {} holds stream {:.8} of '{}' up to {}, but not that counter {} became {} at "
          "{}.",
          url, stream.text(), written.server.text(), number(mark), counter, newest->second,
          number(newest->first));
    }
  }
  if (known != entries.size()) {
    verdict_.broke("An invention: {} holds {} counters of stream {:.8} of '{}', in which {} were written.",
                   url, entries.size(), stream.text(), written.server.text(), known);
  }
}

void StreamLaws::check_sums(Server& server, const Sums& sums) {
  const std::string& url = server.setup().url;
  for (const auto& [counter, by_server] : sums) {
    Int128 others = 0;
    for (const auto& [index, sum] : by_server) others += sum;
    const Int128 cached = server.value(counter) - server.own_total(counter);  // a read: validates the tree
    if (cached != others || server.value(counter) - server.own_total(counter) != others) {
      return verdict_.broke(
          "A sum is wrong: {} shows {} of the others for counter {}, and holds streams of {}.", url,
          to_decimal(cached), counter, to_decimal(others));
    }
    std::map<ServerIndex, Int128> values;
    for (const CollationNode& root : server.nodes(counter)) {
      Int128 sum = 0;
      if (!recompute(root, values, sum)) {
        return verdict_.broke("A cached sum is wrong: {} has one in the tree of counter {}.", url, counter);
      }
    }
    std::erase_if(values, [](const auto& value) { return value.second == 0; });
    auto expected = by_server;
    std::erase_if(expected, [](const auto& value) { return value.second == 0; });
    if (values != expected) {
      return verdict_.broke(
          "A node is wrong: in {}'s tree of counter {} it is not the sum of its server's streams.", url,
          counter);
    }
  }
}

}  // namespace tally::sim
