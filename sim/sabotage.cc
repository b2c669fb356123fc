#include "sim/sabotage.h"

#include <algorithm>

#include "cluster/wire.h"
#include "sim/server.h"

namespace tally::sim {

bool Sabotage::sends(const Server& server, const PeerRequest& request) const {
  if (plant_ == Plant::nothing_is_passed_on) {
    if (const auto* ask = std::get_if<PeerRequest::AskStream>(&request.question)) {
      const auto& peers = server.replica()->members().peers();
      const auto peer = peers.find(request.to);
      return peer != peers.end() && peer->second == ask->stream;
    }
    const auto* push = std::get_if<PeerRequest::PushShare>(&request.question);
    if (push == nullptr) return true;
    const auto part = decode_part(push->body);
    return part->header.stream == part->sender.run;
  }
  if (plant_ == Plant::an_empty_list_of_members_is_believed) {
    const auto told = roster_.find(server.setup().url);
    return told == roster_.end() || told->second.contains(request.to.second);
  }
  return true;
}

std::string Sabotage::hears_share(const Server& server, Counting& counting, std::string body) {
  auto part = decode_part(body);
  if (!part) return body;
  return twisted(server, counting, std::move(*part));
}

std::string Sabotage::hears_answer(const Server& server, const PeerRequest& asked, std::string body) {
  if (plant_ != Plant::recovery_skips_ones_own_old_streams ||
      !std::holds_alternative<PeerRequest::AskMarks>(asked.question)) {
    return body;
  }
  auto marks = decode_marks(body);
  if (!marks) return body;
  std::erase_if(marks->marks, [&](const Mark& mark) { return mark.server == server.setup().id; });
  return encode(*marks);
}

void Sabotage::hears_roster(const Server& server, const Roster& roster) {
  auto& urls = roster_[server.setup().url];
  urls.clear();
  for (const Member& member : roster.members) urls.insert(member.url);
}

void Sabotage::tells_roster(Heartbeat& heartbeat) const {
  if (plant_ == Plant::an_empty_list_of_members_is_believed) heartbeat.members.clear();
}

std::string Sabotage::twisted(const Server& server, Counting& counting, Part part) {
  const Sequence mark = server.replica()->holdings().mark(part.header.stream);
  switch (plant_) {
    case Plant::a_mark_is_taken_before_its_entries:
      if (mark > Sequence{0}) part.entries.clear();
      break;
    case Plant::parts_are_not_staged:
      part.index = 0;
      part.count = 1;
      break;
    case Plant::a_share_that_came_twice_is_summed:
      if (part.header.stream == server.replica()->members().self().run || part.header.through > mark) break;
      for (const NamedEntry& entry : part.entries) {
        Counter& counter = *CountingThread(counting).find_or_insert(entry.name);
        const ServerIndex index = counting.servers().index(part.header.server);
        counting.update(counter, index, counting.value_of(counter, index) + entry.total);
      }
      break;
    case Plant::a_gap_is_ignored: part.header.after = std::min(part.header.after, mark); break;
    default: break;
  }
  std::vector<Entry> entries;
  for (const NamedEntry& entry : part.entries) {
    entries.push_back({names_.find_or_insert(entry.name), entry.total, entry.sequence});
  }
  return encode(part, entries);
}

}  // namespace tally::sim
