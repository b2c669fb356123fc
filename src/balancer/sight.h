// What there is to be seen of a cluster at one moment, and the events (WHATWG HTML, "Server-sent events")
// that tell it to a page. Values are decimal strings in them: a browser's numbers end at 2^53.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/answers.h"
#include "api/assignment.h"
#include "api/server_stats.h"
#include "base/duration.h"

namespace tally {

struct SeenServer {
  ListedServer listed;
  std::optional<ServerStats> stats{};
  std::string trouble{};  // why there are no stats; empty for one that is down
};

// The greatest counters of a prefix.
struct SeenTop {
  std::optional<ServerId> server{};  // who was asked
  std::vector<CounterValue> counters{};
  std::string trouble{};  // why there are none; empty if nothing went wrong
};

// One counter, and the tree of one server for it.
struct SeenCounter {
  std::string name;
  std::optional<ServerId> server{};
  std::optional<ReadAnswer> reading{};
  std::vector<TreeNode> nodes{};
  std::string trouble{};
};

std::string cluster_event(Instant at, const std::vector<SeenServer>& servers);
std::string top_event(const SeenTop& top);
std::string counter_event(const SeenCounter& counter);

}  // namespace tally
