// One look at a cluster: servers are asked, all at once, what there is to be seen of them.
#pragma once

#include <compare>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "api/assignment.h"
#include "balancer/sight.h"
#include "base/duration.h"
#include "cluster/roster.h"
#include "net/http_client.h"

namespace tally {

// A counter as one server sees it.
struct Watched {
  std::string counter;
  Place server;

  auto operator<=>(const Watched&) const = default;
};

struct Wanted {
  std::vector<ListedServer> servers{};  // the stats of those that are not down
  std::map<std::string, Place> tops{};  // the greatest counters of each prefix
  std::set<Watched> counters{};         // the tree of each
  bool values = false;                  // and then its value: a read, which makes the tree valid
  std::string authorization{};          // what servers are shown; empty: nothing
  bool heard_over_tls = false;          // that, by us
};

struct Sight {
  std::vector<SeenServer> servers{};
  std::map<std::string, SeenTop> tops{};
  std::map<Watched, SeenCounter> counters{};
};

// So long each may take to be connected to, and to answer. (A tree is followed by its value.)
inline constexpr Duration kLookPatience = std::chrono::milliseconds(800);

// Where somebody's words may be passed on. Errc::unreachable: what was said to us over TLS with a token is
// not said again in clear, to `url`.
Result<net::Url> onward(const std::string& url, bool heard_over_tls, std::string_view authorization);

// Calls back once, by the client's thread: when all have answered, at once if there is nobody to ask; never
// once the client has gone.
void look(net::HttpClient& client, Wanted wanted, std::function<void(Sight)> seen);

}  // namespace tally
