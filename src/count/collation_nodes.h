// The nodes of a collation tree at one moment: a block of them, or none. Their shape never changes; a new
// server means new nodes (with()), put in the place of the old ones by whoever keeps them.
#pragma once

#include <cstddef>
#include <cstdint>
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

// A value that owns nothing. store() and with(): one writer thread. All else: any thread that keeps the block
// from being freed. Neither waits for the other.
class CollationNodes {
 public:
  static constexpr std::size_t kFanOut = 16;

  CollationNodes() = default;
  // What block() and wide() said.
  CollationNodes(void* block, bool wide) : block_(block), wide_(wide) {}

  void* block() const { return block_; }
  // Some value does not fit into 64 bits, which only a poisoned or a truly enormous history brings: then
  // nothing is cached, and every update makes new nodes.
  bool wide() const { return wide_; }
  bool empty() const { return block_ == nullptr; }

  Int128 total() const;
  Int128 value_of(ServerIndex server, const ServerRegistry& servers) const;  // 0 if it has no node
  std::vector<CollationNode> look() const;                                   // none or one root

  // Replaces `server`'s value in its place. False, and nothing done, where that wants other nodes: with().
  bool store(ServerIndex server, Int128 value, const ServerRegistry& servers) const;
  CollationNodes with(ServerIndex server, Int128 value, const ServerRegistry& servers) const;

  // Of nodes that nobody can find any more; destroy(): that nobody ever could.
  void retire(Limbo& limbo) const;
  void destroy() const;

 private:
  static CollationNodes create(const std::vector<ServerIndex>& keys, const std::vector<Int128>& values);

  std::size_t size() const;
  ServerIndex key(std::size_t node) const;
  Int128 value(std::size_t node) const;
  std::size_t place(ServerIndex server, const ServerRegistry& servers) const;
  bool has(ServerIndex server, std::size_t place) const { return place < size() && key(place) == server; }
  template <class Subtree>
  CollationNode looked_at(const Subtree& subtree, bool below_valid) const;
  void (*destroyer() const)(void*);

  void* block_ = nullptr;
  bool wide_ = false;
};

}  // namespace tally
