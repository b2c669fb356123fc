// The count of one counter over all streams but our own open one: a tree of servers with cached sums.
//
//   * Sorted by server id. A node is a server, with its key, its value (all that this server's streams have
//     counted here) and its computed value (its own plus its children's, cached). Wide and shallow: up to
//     kFanOut children a node.
//   * update() stores one node's value and invalidates that node and its ancestors, never another branch.
//   * total() recomputes only invalid branches. A second total() sums nothing: it is the loads that find the
//     root's sum and check its version, as many for a thousand servers as for three.
//
// update() and value_of(): one writer thread. All else: any thread, inside a Section. Neither waits for the
// other, and a reader never retries. What a read returns lies between the totals at its start and at its end;
// so while values only grow, reads never go backwards.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "base/int128.h"
#include "count/atomic.h"
#include "count/tagged.h"

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
  static constexpr std::size_t kFanOut = 16;

  CollationTree() = default;
  ~CollationTree();
  CollationTree(const CollationTree&) = delete;
  CollationTree& operator=(const CollationTree&) = delete;

  // Replaces `server`'s value, or gives it a node. What readers may still see goes to `limbo`.
  void update(ServerIndex server, Int128 value, const ServerRegistry& servers, Limbo& limbo);

  // `server`'s value, 0 if it has no node.
  Int128 value_of(ServerIndex server, const ServerRegistry& servers) const;

  Int128 total() const;

  // No server has a node.
  bool empty() const;

  // The tree as it stands: none or one root. Looking recomputes nothing and validates nothing.
  std::vector<CollationNode> nodes() const;

 private:
  // Null while there is no node. A new server replaces the block. The tag says which of two kinds it is: a
  // CollationBlock, or, should a value ever not fit into 64 bits, a WideBlock that every update replaces.
  Atomic<Tagged<void>> block_{};
};

}  // namespace tally
