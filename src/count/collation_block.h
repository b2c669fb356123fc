// The nodes of one collation tree, in one piece of memory whose shape never changes.
//
// An inner node caches the sum of its subtree (count/cached_sum.h). A leaf's sum is its value; it remembers
// what that was when it was last summed, for whoever looks at the tree.
//
// store(): one writer thread. All else: any thread that keeps the block from being freed (count/limbo.h).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "base/check.h"
#include "base/ids.h"
#include "base/int128.h"
#include "count/atomic.h"
#include "count/cached_sum.h"
#include "count/collation_shape.h"

namespace tally {

// `Sum` is CachedSum, or the mistake that a test puts in its place.
template <class Sum = CachedSum, std::size_t kFanOut = 16>
class CollationBlock {
 public:
  using Subtree = CollationSubtree<kFanOut>;

  // A block of `size` > 0 nodes, which destroy() ends; key(i) and value(i) say what is in node i.
  template <class Key, class Value>
  static CollationBlock* create(std::size_t size, Key key, Value value) {
    void* memory = ::operator new(bytes(size));
    auto* block = new (memory) CollationBlock(size);
    std::uninitialized_default_construct_n(block->sums(), Subtree::whole(size).inner_nodes());
    for (std::size_t i = 0; i < size; ++i) {
      new (block->values() + i) Atomic<std::int64_t>(value(i));
      new (block->last_sums() + i) std::atomic<std::int64_t>(0);
      new (block->keys() + i) ServerIndex(key(i));
    }
    return block;
  }

  static void destroy(void* memory) {
    auto* block = static_cast<CollationBlock*>(memory);
    std::destroy_n(block->sums(), Subtree::whole(block->size_).inner_nodes());
    std::destroy_n(block->values(), block->size_);
    std::destroy_n(block->last_sums(), block->size_);
    block->~CollationBlock();
    ::operator delete(memory);
  }

  static std::size_t bytes(std::size_t size) {
    return head_bytes(size) + size * (sizeof(Atomic<std::int64_t>) + sizeof(std::atomic<std::int64_t>)) +
           Subtree::whole(size).inner_nodes() * sizeof(Sum);
  }

  std::size_t size() const { return size_; }
  Subtree whole() const { return Subtree::whole(size_); }
  ServerIndex key(std::size_t node) const { return keys()[node]; }
  std::int64_t value(std::size_t node) const { return values()[node].load(); }

  // Replaces a node's value and invalidates that node and its ancestors, no other.
  void store(std::size_t node, std::int64_t value) { store_below(whole(), node, value); }

  // The sum of all values; recomputes only what is invalid. A change that goes on meanwhile is in it or not.
  Int128 sum() { return sum_of(whole()); }

  // A leaf's value when it was last summed, 0 before.
  std::int64_t last_sum(const Subtree& leaf) const {
    return last_sums()[leaf.node()].load(std::memory_order_relaxed);
  }

  // What an inner node caches, as it stands.
  typename Sum::Look look(const Subtree& inner) const { return sums()[inner.slot()].look(); }

 private:
  explicit CollationBlock(std::size_t size) : size_(static_cast<std::uint32_t>(size)) {}

  // From the root down the versions become odd, from the node up even again: whoever sees an even one above
  // sees an even one, and a finished value, below.
  void store_below(const Subtree& subtree, std::size_t node, std::int64_t value) {
    if (subtree.is_leaf()) {
      values()[node].store(value);
      return;
    }
    Sum& sum = sums()[subtree.slot()];
    sum.begin_change();
    if (subtree.node() == node) {
      values()[node].store(value);
    } else {
      store_below(subtree.child_towards(node), node, value);
    }
    sum.end_change();
  }

  Int128 sum_of(const Subtree& subtree) {
    if (subtree.is_leaf()) return sum_of_leaf(subtree.node());
    Sum& cached = sums()[subtree.slot()];
    const typename Sum::Look look = cached.look();
    if (look.valid) return look.sum;
    Int128 sum = value(subtree.node());
    for (std::size_t i = 0; i < subtree.children(); ++i) sum += sum_of(subtree.child(i));
    if (fits_int64(sum)) cached.publish(look.version, static_cast<std::int64_t>(sum));
    return sum;
  }

  // What it remembers is looked at, never summed; so it takes no part in the protocol: no Atomic, no order.
  std::int64_t sum_of_leaf(std::size_t node) {
    const std::int64_t sum = value(node);
    std::atomic<std::int64_t>& last = last_sums()[node];
    if (last.load(std::memory_order_relaxed) != sum) last.store(sum, std::memory_order_relaxed);
    return sum;
  }

  // [this] [keys] [values] [last sums] [sums of inner nodes]: 24 bytes for one server.
  static std::size_t head_bytes(std::size_t size) {
    constexpr std::size_t kAligned = alignof(Sum);
    return (sizeof(CollationBlock) + size * sizeof(ServerIndex) + kAligned - 1) / kAligned * kAligned;
  }
  char* at(std::size_t offset) const {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): what a const block leads to is not const
    return reinterpret_cast<char*>(const_cast<CollationBlock*>(this)) + offset;
  }
  ServerIndex* keys() const { return reinterpret_cast<ServerIndex*>(at(sizeof(CollationBlock))); }
  Atomic<std::int64_t>* values() const {
    return reinterpret_cast<Atomic<std::int64_t>*>(at(head_bytes(size_)));
  }
  std::atomic<std::int64_t>* last_sums() const {
    return reinterpret_cast<std::atomic<std::int64_t>*>(values() + size_);
  }
  Sum* sums() const { return reinterpret_cast<Sum*>(last_sums() + size_); }

  const std::uint32_t size_;
};

}  // namespace tally
