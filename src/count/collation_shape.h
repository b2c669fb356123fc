// Where the nodes of a collation tree stand: arithmetic instead of child pointers.
//
// The servers stand sorted by id. A subtree is a range of them: its node is the first, the rest are its
// children's ranges in order. So every key is smaller than those below it, and walking positions upwards
// walks the tree in sorted order. A full tree of height h has capacity(h) = 1 + kFanOut * capacity(h - 1)
// nodes, capacity(0) = 1; only the last child of a node may be less than full.
//
// Values: pure arithmetic, for any thread.
//
//        0                 fan-out 2, six servers: [0 [1 2 3] [4 5]]
//      /   \               The inner nodes 0, 1 and 4 have slots 0, 1 and 2, for what only inner nodes have.
//     1     4
//    / \   /
//   2   3 5
#pragma once

#include <algorithm>
#include <cstddef>

namespace tally {

template <std::size_t kFanOut>
class CollationSubtree {
 public:
  // The whole tree of `size` > 0 nodes, as flat as can be.
  static constexpr CollationSubtree whole(std::size_t size) {
    std::size_t capacity = 1;
    std::size_t child_capacity = 0;
    while (capacity < size) {
      child_capacity = capacity;
      capacity = 1 + kFanOut * capacity;
    }
    return {0, size, 0, child_capacity};
  }

  constexpr std::size_t node() const { return node_; }  // its position among the servers
  constexpr bool is_leaf() const { return size_ == 1; }
  constexpr std::size_t slot() const { return slot_; }  // of an inner node, among the inner nodes
  constexpr std::size_t children() const {
    if (child_capacity_ == 0) return 0;
    return (size_ - 1 + child_capacity_ - 1) / child_capacity_;  // rounded up
  }

  constexpr CollationSubtree child(std::size_t i) const {
    const std::size_t skipped = i * child_capacity_;
    const std::size_t size = std::min(child_capacity_, size_ - 1 - skipped);
    return {node_ + 1 + skipped, size, slot_ + 1 + i * inner_in_full_child(), inner_in_full_child()};
  }

  // The child whose range `position` is in; it is in this subtree's, and not its node.
  constexpr CollationSubtree child_towards(std::size_t position) const {
    return child((position - node_ - 1) / child_capacity_);
  }

  constexpr std::size_t inner_nodes() const {
    if (is_leaf()) return 0;
    const std::size_t last = children() - 1;
    return 1 + last * inner_in_full_child() + child(last).inner_nodes();
  }

 private:
  constexpr CollationSubtree(std::size_t node, std::size_t size, std::size_t slot, std::size_t child_capacity)
      : node_(node), size_(size), slot_(slot), child_capacity_(child_capacity) {}

  // As many as a full grandchild's nodes: both are 1 + kFanOut * (the same, one level down).
  constexpr std::size_t inner_in_full_child() const {
    return child_capacity_ == 0 ? 0 : (child_capacity_ - 1) / kFanOut;
  }

  std::size_t node_;
  std::size_t size_;
  std::size_t slot_;
  std::size_t child_capacity_;
};

}  // namespace tally
