// The count of one counter over all streams but our own open one: a tree of servers with cached sums.
//
//   * Sorted by server id. A node is a server, with its key, its value (all that this server's streams counted here)
//     and its computed value (its own plus its children's, cached). Wide and shallow: up to kFanOut children a node.
//   * update() stores one node's value and invalidates that node and its ancestors, never another branch.
//   * total() recomputes only invalid branches; a second total() is one load.
//
// update(): one writer thread. total() and nodes(): any thread, inside a Section. Neither waits for the other, and a
// reader never retries. Reads of one thread never go backwards.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/int128.h"

namespace tally {

class ServerRegistry;
class Limbo;

// A node as people see it, at /v1/trees/{name}.
struct CollationNode {
  ServerIndex server;
  Int128 value;
  Int128 computed;  // as cached when it was last valid; meaningless to count with where valid is false
  bool valid;
  std::vector<CollationNode> children;
};

class CollationTree {
 public:
  static constexpr unsigned kFanOut = 16;

  // Replaces `server`'s value.
  void update(ServerIndex server, Int128 value, const ServerRegistry& servers, Limbo& limbo);

  // `server`'s value, 0 if it has no node. Writer thread only.
  Int128 value_of(ServerIndex server, const ServerRegistry& servers) const;

  Int128 total() const;

  // The tree as it stands: looking recomputes nothing and validates nothing.
  std::vector<CollationNode> nodes() const;
};

}  // namespace tally
