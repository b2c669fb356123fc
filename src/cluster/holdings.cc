#include "cluster/holdings.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include "base/check.h"

namespace tally {

namespace {

constexpr unsigned kTicksBeforeFolding = 8;

Error refused(const ShareHeader& header, std::string_view why) {
  return Error{Errc::forbidden, "The share of stream " + header.stream.text() + " of server '" +
                                    header.server.text() + "' was refused: " + std::string(why)};
}

// Within a part decoding saw to it; the parts of one share could still contradict each other.
bool in_order(const ShareHeader& header, const std::vector<NamedEntry>& entries) {
  const auto outside = [&header](const NamedEntry& entry) {
    return entry.sequence <= header.after || entry.sequence > header.through;
  };
  const auto by_sequence = [](const NamedEntry& a, const NamedEntry& b) { return a.sequence < b.sequence; };
  return std::none_of(entries.begin(), entries.end(), outside) &&
         std::is_sorted(entries.begin(), entries.end(), by_sequence);
}

// Hashes first: where no two are equal, as nearly always, a million names need not be compared.
bool names_one_twice(const std::vector<NamedEntry>& entries) {
  std::vector<std::size_t> hashes;
  hashes.reserve(entries.size());
  for (const NamedEntry& entry : entries) hashes.push_back(std::hash<std::string_view>()(entry.name));
  std::sort(hashes.begin(), hashes.end());
  if (std::adjacent_find(hashes.begin(), hashes.end()) == hashes.end()) return false;
  std::vector<std::string_view> names;
  names.reserve(entries.size());
  for (const NamedEntry& entry : entries) names.push_back(entry.name);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

}  // namespace

Holdings::Holdings(Counting& counting, const ServerId& self, StreamId run)
    : counting_(counting), thread_(counting), run_(run), self_(counting.servers().index(self)) {}

// Each entry and its counter, which is made if it is new. They are looked for some at a time: one by one,
// each would wait for memory.
template <class NamedEntries, class Visit>
void Holdings::with_counters(const NamedEntries& entries, Visit visit) {
  constexpr std::size_t kAtOnce = 32;
  std::array<std::string_view, kAtOnce> names;
  std::array<Counter*, kAtOnce> counters;
  for (std::size_t begin = 0; begin < entries.size(); begin += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, entries.size() - begin);
    for (std::size_t i = 0; i < count; ++i) names[i] = entries[begin + i].name;
    thread_.find({names.data(), count}, {counters.data(), count});
    for (std::size_t i = 0; i < count; ++i) {
      Counter* const known = counters[i];
      visit(entries[begin + i], known != nullptr ? *known : *thread_.find_or_insert(names[i]));
    }
  }
}

void Holdings::extend(const Seal& seal) {
  auto own = streams_.find(run_);
  if (own == streams_.end()) {
    if (seal.changed.empty()) return;
    own = streams_.emplace(run_, Held{Stream(self_)}).first;
  }
  constexpr std::size_t kAhead = 8;
  Stream& stream = own->second.stream;
  for (std::size_t i = 0; i < seal.changed.size(); ++i) {
    if (i + kAhead < seal.changed.size()) stream.prefetch(seal.changed[i + kAhead].counter);
    stream.put({seal.changed[i].counter, seal.changed[i].total, seal.sequence});
  }
  advance(own->second, seal.sequence);
}

void Holdings::advance(Held& held, Sequence mark) {
  held.stream.advance(mark);
  held.still_ticks = 0;
  if (held.durable >= held.stream.changed()) held.durable = mark;
}

Result<Holdings::Verdict> Holdings::take(const ShareHeader& header, const std::vector<NamedEntry>& entries) {
  const auto known = streams_.find(header.stream);
  const Sequence mark = known == streams_.end() ? Sequence{0} : known->second.stream.mark();
  if (!in_order(header, entries)) return refused(header, "its entries are out of order.");
  if (header.stream == run_ && header.through > mark) {
    return refused(header,
                   "it claims more of this server's own open stream than this server wrote, so two processes "
                   "write one stream. Find and stop the other one.");
  }
  if (known != streams_.end()) {
    if (server_of(known->second) != header.server) {
      return refused(header,
                     "the stream is known as one of server '" + server_of(known->second).text() + "'.");
    }
    if (auto same = check_known_part(known->second, entries); !same)
      return refused(header, same.error().detail);
  }
  if (header.through <= mark) return Verdict::known;
  if (header.after > mark) return Verdict::gap;

  if (known != streams_.end() && known->second.stream.folded() && !entries.empty()) {
    return Error{Errc::unavailable,
                 "What is known here of stream " + header.stream.text() +
                     ", which has ended, is being read from the disk: send its share again "
                     "with the next round."};
  }
  if (names_one_twice(entries)) return refused(header, "it names a counter twice.");
  if (entries.empty() && known == streams_.end()) {
    return refused(header, "it moves the mark of a stream in which nothing was counted.");
  }

  // Nothing is refused from here on: names stay for ever.
  Held& held = known != streams_.end()
                   ? known->second
                   : streams_.emplace(header.stream, Held{Stream(counting_.servers().index(header.server))})
                         .first->second;
  const ServerIndex server = held.stream.server();
  held.stream.expect(entries.size());
  with_counters(entries, [&](const NamedEntry& entry, Counter& counter) {
    if (entry.sequence <= mark) return;
    const std::int64_t replaced = held.stream.put({&counter, entry.total, entry.sequence});
    const Int128 change = static_cast<Int128>(entry.total) - replaced;
    counting_.update(counter, server, counting_.value_of(counter, server) + change);
  });
  advance(held, header.through);
  return Verdict::taken;
}

// One (stream, sequence) has one content everywhere. What is sent again must be what is held, or it was
// replaced since. What a folded stream held is not read back to check it: it changes nothing.
Result<void> Holdings::check_known_part(const Held& held, const std::vector<NamedEntry>& entries) {
  if (held.stream.folded()) return {};
  for (const NamedEntry& entry : entries) {
    if (entry.sequence > held.stream.mark()) break;  // they come in order of sequence
    const Counter* counter = thread_.find(entry.name);
    const std::optional<Entry> ours = counter == nullptr ? std::nullopt : held.stream.find(counter);
    const bool agrees = ours && (ours->sequence > entry.sequence ||
                                 (ours->sequence == entry.sequence && ours->total == entry.total));
    if (!agrees) {
      return Error{Errc::forbidden, "it says of counter '" + entry.name + "' at sequence " +
                                        std::to_string(number(entry.sequence)) +
                                        " something else than what is known."};
    }
  }
  return {};
}

void Holdings::restore(const KeptPart& part, const Members& members) {
  const auto& [stream, server, after, through] = part.header;
  TALLY_CHECK(!streams_.contains(stream));
  const bool has_ended = members.has_ended(server, stream);
  const ServerIndex node = counting_.servers().index(server);
  with_counters(part.entries, [&, through = through](const KeptEntry& kept, Counter& counter) {
    TALLY_CHECK(kept.sequence > Sequence{0} && kept.sequence <= through);
    counting_.update(counter, node, counting_.value_of(counter, node) + kept.total);
    restored_changed_ = std::max(restored_changed_, kept.sequence);
    if (!has_ended) restored_.push_back({&counter, kept.total, kept.sequence});
  });
  if (!part.last) return;
  Held& held = streams_.emplace(stream, Held{Stream(node, restored_changed_, through), through, through})
                   .first->second;
  restored_changed_ = Sequence{0};
  if (has_ended) return;
  std::sort(restored_.begin(), restored_.end(),
            [](const Entry& a, const Entry& b) { return a.sequence < b.sequence; });
  held.stream.unfold(restored_);
  restored_ = std::vector<Entry>();  // for good: it is as large as the stream
}

void Holdings::tick() {
  for (auto& [stream, held] : streams_) ++held.still_ticks;
}

void Holdings::durable_through(StreamId stream, Sequence mark) {
  Held& held = streams_.at(stream);
  TALLY_CHECK(mark <= held.stream.mark());
  held.on_disk = std::max(held.on_disk, mark);
  held.durable = std::max(held.durable, held.on_disk >= held.stream.changed() ? held.stream.mark() : mark);
}

void Holdings::fold_ended(const Members& members) {
  for (auto& [stream, held] : streams_) {
    if (held.still_ticks >= kTicksBeforeFolding && may_fold(stream, held, members)) held.stream.fold();
  }
}

void Holdings::fold_if_ended(StreamId stream, const Members& members) {
  Held& held = streams_.at(stream);
  if (may_fold(stream, held, members)) held.stream.fold();
}

bool Holdings::may_fold(StreamId stream, const Held& held, const Members& members) const {
  return !held.stream.folded() && held.durable == held.stream.mark() &&
         members.has_ended(server_of(held), stream);
}

Result<void> Holdings::check_kept(const KeptStream& kept) const {
  const Held& held = streams_.at(kept.header().stream);
  const Sequence last = kept.entries().empty() ? Sequence{0} : kept.entries().back().sequence;
  if (kept.header().through == held.on_disk && last == held.stream.changed()) return {};
  return Error{Errc::internal, "The data folder does not hold stream " + kept.header().stream.text() +
                                   " of server '" + kept.header().server.text() +
                                   "' as it had confirmed: what it holds cannot be trusted. Move it away and "
                                   "start again; the other servers give back what they hold."};
}

void Holdings::unfold(const KeptStream& kept) {
  Held& held = streams_.at(kept.header().stream);
  std::vector<Entry> back;
  back.reserve(kept.entries().size());
  with_counters(kept.entries(), [&](const KeptEntry& entry, Counter& counter) {
    back.push_back({&counter, entry.total, entry.sequence});
  });
  held.stream.unfold(back);
  held.still_ticks = 0;
}

bool Holdings::is_folded(StreamId stream) const {
  const Held* held = find(stream);
  return held != nullptr && held->stream.folded();
}

Holdings::Census Holdings::census(const Members& members) const {
  Census census;
  for (const auto& [stream, held] : streams_) {
    if (held.stream.folded()) {
      ++census.folded;
    } else if (members.has_ended(server_of(held), stream)) {
      ++census.ended;
      census.ended_entries += held.stream.size();
    } else {
      ++census.open;
    }
  }
  return census;
}

Sequence Holdings::mark(StreamId stream) const {
  const Held* held = find(stream);
  return held == nullptr ? Sequence{0} : held->stream.mark();
}

const Holdings::Held* Holdings::find(StreamId stream) const {
  const auto held = streams_.find(stream);
  return held == streams_.end() ? nullptr : &held->second;
}

const ServerId& Holdings::server_of(const Held& held) const {
  return counting_.servers().id(held.stream.server());
}

}  // namespace tally
