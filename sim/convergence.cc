#include "sim/convergence.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace tally::sim {

std::optional<std::string> difference(const std::vector<Server*>& servers,
                                      const std::set<std::string>& counters) {
  std::map<StreamId, Sequence> furthest;
  std::set<StreamId> open;
  for (const Server* server : servers) {
    if (!server->ready()) return server->setup().url + " is not ready";
    open.insert(server->replica()->members().self().run);
  }
  for (const Server* server : servers) {
    for (const auto& [stream, held] : server->replica()->holdings().all()) {
      const Sequence goal = open.contains(stream) ? held.stream.changed() : held.stream.mark();
      furthest[stream] = std::max(furthest[stream], goal);
    }
  }
  for (const Server* server : servers) {
    for (const auto& [stream, goal] : furthest) {
      const Sequence mark = server->replica()->holdings().mark(stream);
      if (mark >= goal) continue;
      return fmt::format("{} holds stream {:.8}{} up to {} only, others up to {}", server->setup().url,
                         stream.text(), open.contains(stream) ? " (open)" : "", number(mark), number(goal));
    }
  }
  for (const std::string& counter : counters) {
    const Int128 value = servers.front()->value(counter);
    for (Server* server : servers) {
      if (server->value(counter) == value) continue;
      return fmt::format("{} shows {} for {}, and {} shows {}", servers.front()->setup().url,
                         to_decimal(value), counter, server->setup().url, to_decimal(server->value(counter)));
    }
  }
  return std::nullopt;
}

}  // namespace tally::sim
