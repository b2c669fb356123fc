#include "cluster/placement.h"

#include <tuple>

#include "base/hash.h"

namespace tally {

std::optional<std::size_t> place(std::string_view client, std::span<const ServerId> servers) {
  const auto rank = [&](std::size_t i) {
    const std::string_view id = servers[i].text();
    return std::tuple(Hash64().add(client).add(id).value(), id);  // the id breaks ties
  };
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    if (!best || rank(i) > rank(*best)) best = i;
  }
  return best;
}

}  // namespace tally
