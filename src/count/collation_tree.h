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

#include <cstddef>
#include <vector>

#include "base/ids.h"
#include "base/int128.h"
#include "count/atomic.h"
#include "count/collation_nodes.h"
#include "count/tagged.h"

namespace tally {

class ServerRegistry;
class Limbo;

class CollationTree {
 public:
  static constexpr std::size_t kFanOut = CollationNodes::kFanOut;

  CollationTree() : CollationTree(CollationNodes()) {}
  // Begins with nodes that another tree had; destroys them in the end.
  explicit CollationTree(CollationNodes nodes) : nodes_(word(nodes)) {}
  ~CollationTree() { now().destroy(); }
  CollationTree(const CollationTree&) = delete;
  CollationTree& operator=(const CollationTree&) = delete;

  // Replaces `server`'s value, or gives it a node. What readers may still see goes to `limbo`.
  void update(ServerIndex server, Int128 value, const ServerRegistry& servers, Limbo& limbo);

  // `server`'s value, 0 if it has no node.
  Int128 value_of(ServerIndex server, const ServerRegistry& servers) const {
    return now().value_of(server, servers);
  }

  Int128 total() const { return now().total(); }

  // No server has a node.
  bool empty() const { return now().empty(); }

  // The tree as it stands: none or one root. Looking recomputes nothing and validates nothing.
  std::vector<CollationNode> nodes() const { return now().look(); }

  // Forgets its nodes, which are somebody else's after all. Before anybody else knows the tree.
  void release() { nodes_.store(word(CollationNodes())); }

  CollationNodes now() const {
    const Tagged<void> nodes = nodes_.load();
    return {nodes.pointer(), nodes.tag() != 0};
  }

 private:
  static Tagged<void> word(CollationNodes nodes) {
    return {nodes.block(), static_cast<std::uint16_t>(nodes.wide() ? 1 : 0)};
  }

  Atomic<Tagged<void>> nodes_;
};

}  // namespace tally
