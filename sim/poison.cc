#include "sim/poison.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "base/check.h"
#include "count/counting.h"

namespace tally::sim {

namespace {

std::vector<Entry> with_other_totals(std::vector<Entry> entries) {
  using Limits = std::numeric_limits<std::int64_t>;
  for (Entry& entry : entries) entry.total = entry.total < 0 ? Limits::max() : Limits::min();
  return entries;
}

}  // namespace

Member poisoner() { return {ServerId::parse("poisoner").value(), StreamId{0xbad, 0xbad}, "http://poisoner"}; }

std::optional<std::string> make(Poison poison, const Replica& victim) {
  const auto& streams = victim.holdings().all();
  const auto some = std::find_if(streams.begin(), streams.end(), [&](const auto& held) {
    return !held.second.stream.empty() && !victim.holdings().is_folded(held.first);
  });
  if (some == streams.end()) return std::nullopt;
  const auto& [stream, held] = *some;
  const std::vector<Entry> entries = held.stream.since(Sequence{0});
  Part part{poisoner(), 1, 0, 1, 0, {stream, victim.holdings().server_of(held), {}, held.stream.mark()}, {}};
  switch (poison) {
    case Poison::an_absurd_total: return encode(part, with_other_totals(entries));
    case Poison::the_victims_own_stream: {
      constexpr std::uint64_t kBeyond = 1'000'000;
      const Sequence claimed{number(victim.holdings().own_mark()) + kBeyond};
      part.header = {victim.members().self().run, victim.members().self().id, Sequence{0}, claimed};
      return encode(part, std::vector<Entry>{{entries.front().counter, 1, claimed}});
    }
    case Poison::a_stream_of_another_server: part.header.server = poisoner().id; return encode(part, entries);
    case Poison::an_unknown_version: {
      constexpr char kVersionTag = 0x08;  // field 1, a varint; its value follows
      std::string bytes = encode(part, entries);
      TALLY_CHECK(bytes[0] == kVersionTag);
      ++bytes[1];
      return bytes;
    }
    case Poison::a_removed_sender:
      if (victim.members().removed().empty()) return std::nullopt;
      part.sender.id = *victim.members().removed().begin();
      return encode(part, entries);
  }
  return std::nullopt;
}

}  // namespace tally::sim
