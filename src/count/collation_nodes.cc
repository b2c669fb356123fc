#include "count/collation_nodes.h"

#include <algorithm>
#include <cstddef>

#include "count/collation_block.h"
#include "count/limbo.h"
#include "count/server_registry.h"

namespace tally {

namespace {

using NarrowBlock = CollationBlock<CachedSum, CollationNodes::kFanOut>;
using Shape = NarrowBlock::Subtree;

// It never changes.
struct WideBlock {
  std::vector<ServerIndex> keys;
  std::vector<Int128> values;

  static void destroy(void* memory) { delete static_cast<WideBlock*>(memory); }

  Int128 sum_of(const Shape& subtree) const {
    Int128 sum = values[subtree.node()];
    for (std::size_t i = 0; i < subtree.children(); ++i) sum += sum_of(subtree.child(i));
    return sum;
  }
};

NarrowBlock& narrow_block(void* block) { return *static_cast<NarrowBlock*>(block); }
const WideBlock& wide_block(const void* block) { return *static_cast<const WideBlock*>(block); }

}  // namespace

CollationNodes CollationNodes::create(const std::vector<ServerIndex>& keys,
                                      const std::vector<Int128>& values) {
  if (!std::all_of(values.begin(), values.end(), fits_int64)) return {new WideBlock{keys, values}, true};
  return {NarrowBlock::create(
              keys.size(), [&](std::size_t i) { return keys[i]; },
              [&](std::size_t i) { return static_cast<std::int64_t>(values[i]); }),
          false};
}

std::size_t CollationNodes::size() const {
  return empty() ? 0 : wide_ ? wide_block(block_).keys.size() : narrow_block(block_).size();
}

ServerIndex CollationNodes::key(std::size_t node) const {
  return wide_ ? wide_block(block_).keys[node] : narrow_block(block_).key(node);
}

Int128 CollationNodes::value(std::size_t node) const {
  return wide_ ? wide_block(block_).values[node] : narrow_block(block_).value(node);
}

// Where `server` is, or belongs.
std::size_t CollationNodes::place(ServerIndex server, const ServerRegistry& servers) const {
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

Int128 CollationNodes::total() const {
  if (empty()) return 0;
  return wide_ ? wide_block(block_).sum_of(Shape::whole(size())) : narrow_block(block_).sum();
}

Int128 CollationNodes::value_of(ServerIndex server, const ServerRegistry& servers) const {
  const std::size_t place = this->place(server, servers);
  return has(server, place) ? value(place) : 0;
}

std::vector<CollationNode> CollationNodes::look() const {
  if (empty()) return {};
  return {looked_at(Shape::whole(size()), false)};
}

// Below a valid node all are valid: its sum was made of theirs.
template <class Subtree>
CollationNode CollationNodes::looked_at(const Subtree& subtree, bool below_valid) const {
  CollationNode node{key(subtree.node()), value(subtree.node()), 0, true, {}};
  if (wide_) {
    node.computed = wide_block(block_).sum_of(subtree);
  } else if (subtree.is_leaf()) {
    node.computed = below_valid ? node.value : narrow_block(block_).last_sum(subtree);
    node.valid = node.computed == node.value;
  } else {
    const CachedSum::Look look = narrow_block(block_).look(subtree);
    node.computed = look.sum;
    node.valid = look.valid;
  }
  for (std::size_t i = 0; i < subtree.children(); ++i) {
    node.children.push_back(looked_at(subtree.child(i), node.valid));
  }
  return node;
}

bool CollationNodes::store(ServerIndex server, Int128 value, const ServerRegistry& servers) const {
  const std::size_t place = this->place(server, servers);
  if (!has(server, place)) return false;
  if (this->value(place) == value) return true;
  if (wide_ || !fits_int64(value)) return false;
  narrow_block(block_).store(place, static_cast<std::int64_t>(value));
  return true;
}

CollationNodes CollationNodes::with(ServerIndex server, Int128 value, const ServerRegistry& servers) const {
  std::vector<ServerIndex> keys(size());
  std::vector<Int128> values(size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i] = key(i);
    values[i] = this->value(i);
  }
  const std::size_t place = this->place(server, servers);
  if (has(server, place)) {
    values[place] = value;
  } else {
    keys.insert(keys.begin() + static_cast<std::ptrdiff_t>(place), server);
    values.insert(values.begin() + static_cast<std::ptrdiff_t>(place), value);
  }
  return create(keys, values);
}

void CollationNodes::retire(Limbo& limbo) const {
  if (empty()) return;
  limbo.retire(block_, destroyer(), wide_ ? size() * sizeof(Int128) : NarrowBlock::bytes(size()));
}

void CollationNodes::destroy() const {
  if (!empty()) destroyer()(block_);
}

void (*CollationNodes::destroyer() const)(void*) {
  return wide_ ? &WideBlock::destroy : &NarrowBlock::destroy;
}

}  // namespace tally
