#include "sim/directory.h"

#include <utility>
#include <vector>

#include "cluster/placement.h"

namespace tally::sim {

void Directory::ask(const Question& question, Reply reply) {
  if (const auto* heartbeat = std::get_if<Heartbeat>(&question)) {
    hear(*heartbeat);
    Roster roster{{}, {removed_.begin(), removed_.end()}};
    for (const auto& [place, known] : known_)
      roster.members.push_back({place.first, known.run, place.second});
    return reply(std::move(roster));
  }
  if (auto url = server_of(std::get<WhichServer>(question).client)) return reply(std::move(*url));
  reply(Error{Errc::unavailable, "No server was ever seen here."});
}

void Directory::hear(const Heartbeat& heartbeat) {
  for (const ServerId& id : heartbeat.removed) remove(id);
  for (const Member& member : heartbeat.members) {
    if (!removed_.contains(member.id)) known_.try_emplace({member.id, member.url}, Known{member.run, {}});
  }
  const Member& member = heartbeat.member;
  if (removed_.contains(member.id)) return;
  Known& known = known_[{member.id, member.url}];
  known.run = member.run;
  if (heartbeat.state == ServerState::ready) {
    known.ready_at = queue_.now();
  } else {
    known.ready_at.reset();
  }
}

void Directory::remove(const ServerId& id) {
  removed_.insert(id);
  std::erase_if(known_, [&id](const auto& known) { return known.first.first == id; });
}

void Directory::forget_everything() {
  known_.clear();
  removed_.clear();
}

std::optional<std::string> Directory::server_of(const std::string& client) const {
  const auto among = [&](auto&& eligible) -> std::optional<std::string> {
    std::vector<ServerId> ids;
    std::vector<std::string> urls;
    for (const auto& [place, known] : known_) {
      if (!eligible(known)) continue;
      ids.push_back(place.first);
      urls.push_back(place.second);
    }
    const auto chosen = place(client, ids);
    if (!chosen) return std::nullopt;
    return urls[*chosen];
  };
  const auto fresh = [this](const Known& known) {
    return known.ready_at && *known.ready_at + lease_ > queue_.now();
  };
  if (auto url = among(fresh)) return url;
  return among([](const Known&) { return true; });  // rather the last known than none
}

}  // namespace tally::sim
