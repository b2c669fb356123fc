#include "count/collation_tree.h"

#include <algorithm>
#include <utility>

#include "count/collation_block.h"
#include "count/limbo.h"
#include "count/server_registry.h"

namespace tally {

namespace {

using NarrowBlock = CollationBlock<CachedSum, CollationTree::kFanOut>;
using Subtree = NarrowBlock::Subtree;

// Values beyond 64 bits, which only a poisoned or a truly enormous history brings. It never changes.
struct WideBlock {
  std::vector<ServerIndex> keys;
  std::vector<Int128> values;

  static void destroy(void* memory) { delete static_cast<WideBlock*>(memory); }

  Int128 sum_of(const Subtree& subtree) const {
    Int128 sum = values[subtree.node()];
    for (std::size_t i = 0; i < subtree.children(); ++i) sum += sum_of(subtree.child(i));
    return sum;
  }
};

// Either kind of block, or none.
class Nodes {
 public:
  explicit Nodes(Tagged<void> block) : block_(block) {}

  static Nodes create(const std::vector<ServerIndex>& keys, const std::vector<Int128>& values) {
    if (!std::all_of(values.begin(), values.end(), fits_int64)) {
      return Nodes({new WideBlock{keys, values}, kWide});
    }
    return Nodes({NarrowBlock::create(
                      keys.size(), [&](std::size_t i) { return keys[i]; },
                      [&](std::size_t i) { return static_cast<std::int64_t>(values[i]); }),
                  kNarrow});
  }

  Tagged<void> block() const { return block_; }
  bool empty() const { return block_.pointer() == nullptr; }
  bool is_wide() const { return block_.tag() == kWide; }
  NarrowBlock& narrow() const { return *static_cast<NarrowBlock*>(block_.pointer()); }
  const WideBlock& wide() const { return *static_cast<const WideBlock*>(block_.pointer()); }

  std::size_t size() const { return empty() ? 0 : is_wide() ? wide().keys.size() : narrow().size(); }
  ServerIndex key(std::size_t node) const { return is_wide() ? wide().keys[node] : narrow().key(node); }
  Int128 value(std::size_t node) const { return is_wide() ? wide().values[node] : narrow().value(node); }

  // Where `server` is, or belongs.
  std::size_t place(ServerIndex server, const ServerRegistry& servers) const {
    std::size_t low = 0;
    std::size_t high = size();
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (servers.id(key(middle)) < servers.id(server)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  bool has(ServerIndex server, std::size_t place) const { return place < size() && key(place) == server; }

  // Below a valid node all are valid: its sum was made of theirs.
  CollationNode looked_at(const Subtree& subtree, bool below_valid) const {
    CollationNode node{key(subtree.node()), value(subtree.node()), 0, true, {}};
    if (is_wide()) {
      node.computed = wide().sum_of(subtree);
    } else if (subtree.is_leaf()) {
      node.computed = below_valid ? node.value : narrow().last_sum(subtree);
      node.valid = node.computed == node.value;
    } else {
      const CachedSum::Look look = narrow().look(subtree);
      node.computed = look.sum;
      node.valid = look.valid;
    }
    for (std::size_t i = 0; i < subtree.children(); ++i) {
      node.children.push_back(looked_at(subtree.child(i), node.valid));
    }
    return node;
  }

  void retire(Limbo& limbo) const {
    if (empty()) return;
    const std::size_t bytes = is_wide() ? size() * sizeof(Int128) : NarrowBlock::bytes(size());
    limbo.retire(block_.pointer(), destroyer(), bytes);
  }

  void destroy() const {
    if (!empty()) destroyer()(block_.pointer());
  }

 private:
  static constexpr std::uint16_t kNarrow = 0;
  static constexpr std::uint16_t kWide = 1;

  void (*destroyer() const)(void*) { return is_wide() ? &WideBlock::destroy : &NarrowBlock::destroy; }

  Tagged<void> block_;
};

}  // namespace

CollationTree::~CollationTree() { Nodes(block_.load()).destroy(); }

void CollationTree::update(ServerIndex server, Int128 value, const ServerRegistry& servers, Limbo& limbo) {
  const Nodes now(block_.load());
  const std::size_t place = now.place(server, servers);
  const bool known = now.has(server, place);
  if (known && now.value(place) == value) return;
  if (known && !now.is_wide() && fits_int64(value)) {
    now.narrow().store(place, static_cast<std::int64_t>(value));
    return;
  }

  std::vector<ServerIndex> keys(now.size());
  std::vector<Int128> values(now.size());
  for (std::size_t i = 0; i < now.size(); ++i) {
    keys[i] = now.key(i);
    values[i] = now.value(i);
  }
  if (known) {
    values[place] = value;
  } else {
    keys.insert(keys.begin() + static_cast<std::ptrdiff_t>(place), server);
    values.insert(values.begin() + static_cast<std::ptrdiff_t>(place), value);
  }
  block_.store(Nodes::create(keys, values).block());
  now.retire(limbo);
}

Int128 CollationTree::value_of(ServerIndex server, const ServerRegistry& servers) const {
  const Nodes now(block_.load());
  const std::size_t place = now.place(server, servers);
  return now.has(server, place) ? now.value(place) : 0;
}

Int128 CollationTree::total() const {
  const Nodes now(block_.load());
  if (now.empty()) return 0;
  return now.is_wide() ? now.wide().sum_of(Subtree::whole(now.size())) : now.narrow().sum();
}

bool CollationTree::empty() const { return Nodes(block_.load()).empty(); }

std::vector<CollationNode> CollationTree::nodes() const {
  const Nodes now(block_.load());
  if (now.empty()) return {};
  return {now.looked_at(Subtree::whole(now.size()), false)};
}

}  // namespace tally
