#include "balancer/directory.h"

#include <array>

#include "cluster/placement.h"

namespace tally {

namespace {
constexpr std::chrono::milliseconds kAssignmentValidFor{60'000};
}

Result<Membership> Directory::heartbeat(Instant now, const ServerId& id, const Heartbeat& heartbeat) {
  for (const ServerId& removed : heartbeat.known.removed) forget(removed);
  if (roster_.is_removed(id)) {
    return Error{Errc::forbidden,
                 "Server '" + id.text() +
                     "' was removed from this cluster. Its counts stay in every value. Start the "
                     "server with another id to come back."};
  }
  roster_.hear({id, heartbeat.run, heartbeat.url});
  for (const Member& member : heartbeat.known.members) roster_.learn(member);
  servers_.insert_or_assign(id, Server{heartbeat.url, heartbeat.state, now});
  return Membership{roster_.members(), {roster_.removed().begin(), roster_.removed().end()}};
}

Result<Assignment> Directory::assign(Instant now, std::string_view client) const {
  enum Rank : std::size_t { kReady, kWasReady, kHeard, kRanks };
  std::array<std::vector<ServerId>, kRanks> candidates;
  for (const auto& [id, server] : servers_) {
    const bool said_ready = server.said == ServerState::ready;
    candidates[!said_ready ? kHeard : lease_runs(server, now) ? kReady : kWasReady].push_back(id);
  }
  for (const std::vector<ServerId>& ids : candidates) {
    const auto chosen = place(client, ids);
    if (!chosen) continue;
    const ServerId& id = ids[*chosen];
    return Assignment{id, servers_.at(id).url, kAssignmentValidFor.count()};
  }
  return Error{
      Errc::unavailable,
      "No counting server has reported to this balancer yet. Start one with --balancer naming this balancer, "
      "or try again in a moment."};
}

std::vector<ListedServer> Directory::list(Instant now) const {
  std::vector<ListedServer> listed;
  for (const auto& [id, server] : servers_) {
    listed.push_back({id, server.url, lease_runs(server, now) ? server.said : ServerState::down,
                      to_ms_rounded_up(now - server.last_seen)});
  }
  return listed;
}

Result<void> Directory::remove(const ServerId& id) {
  if (!knows(id)) {
    return Error{Errc::no_such_path, "Nobody has named a server '" + id.text() +
                                         "' to this balancer, so there is nothing to remove: GET /v1/servers "
                                         "lists those that reported."};
  }
  forget(id);
  return {};
}

// Servers that others named count too: one that died before this balancer started can still be removed.
bool Directory::knows(const ServerId& id) const {
  const auto place = roster_.runs().lower_bound({id, ""});
  return roster_.is_removed(id) || (place != roster_.runs().end() && place->first.first == id);
}

void Directory::forget(const ServerId& id) {
  roster_.remove(id);
  servers_.erase(id);
}

}  // namespace tally
