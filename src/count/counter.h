// A counter: its name, what this run counted (a local counter), and what all others did (a collation tree).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/int128.h"
#include "count/atomic.h"
#include "count/change_queue.h"
#include "count/collation_tree.h"
#include "count/local_counter.h"
#include "count/tagged.h"

namespace tally {

// Made by a CounterArena, which it never leaves: 24 bytes and its name. What else it has is behind one word:
// nothing, on a server that is alone; the nodes of its tree; and, once threads fought over it, its spread
// cells beside the tree.
//
// Any thread inside a Section, except what says otherwise.
class Counter : public ChangeLink {
 public:
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  // Without a section, too.
  std::string_view name() const {
    return {reinterpret_cast<const char*>(this + 1), std::size_t{rest_.load().tag()} & kNameSize};
  }

  // Somebody counted here, and be it 0, in some stream that this server knows. A refused add, which may have
  // made the counter, did not.
  bool touched() const;

  // This run's total.
  std::int64_t total() const { return local_.total(spread()); }

  // All other streams' totals.
  Int128 others() const { return tree().total(); }

  Int128 value() const { return total() + others(); }

  std::vector<CollationNode> nodes() const { return tree().look(); }

  // Adds a small delta (count/bounds.h) and returns this run's total, this add included; nothing where a
  // limit is reached.
  std::optional<std::int64_t> add(std::int64_t delta, std::size_t thread) {
    return local_.add(delta, thread, spread(), [this]() -> SpreadCells& { return spread_out(); });
  }

  // For batches; see LocalCounter.
  bool has_room() const { return local_.has_room(); }
  std::int64_t add_to_room(std::int64_t delta) { return local_.add_to_room(delta, spread()); }

  // Replaces this run's total. Only alone.
  void set_total(std::int64_t total) { local_.set(total, spread()); }

  // Notes that this run counted here. After the change, before it is queued.
  void mark_counted() {
    if ((rest_.load().tag() & kCounted) == 0) set_counted();
  }

  // The thread that writes trees; no section needed.
  void update(ServerIndex server, Int128 value, const ServerRegistry& servers, Limbo& limbo);
  Int128 value_of(ServerIndex server, const ServerRegistry& servers) const {
    return tree().value_of(server, servers);
  }

 private:
  friend class CounterArena;

  struct Spread {
    explicit Spread(CollationNodes nodes) : tree(nodes) {}
    SpreadCells cells;
    CollationTree tree;
  };

  // rest_: a pointer to Spread, or to nodes, or null; and in its tag:
  static constexpr std::uint16_t kNameSize = 0x00ff;
  static constexpr std::uint16_t kCounted = 0x0100;
  // It points, or pointed before it spread, to nodes that are wide.
  static constexpr std::uint16_t kWide = 0x0200;
  // It points to a Spread; for ever.
  static constexpr std::uint16_t kSpread = 0x0400;
  using Rest = Tagged<void>;

  // The name's bytes are copied behind the record by the arena.
  explicit Counter(std::size_t name_size) : rest_(Rest(nullptr, static_cast<std::uint16_t>(name_size))) {}
  ~Counter();

  static Spread* spread_in(Rest rest) {
    return (rest.tag() & kSpread) == 0 ? nullptr : static_cast<Spread*>(rest.pointer());
  }
  // Where it has no Spread.
  static CollationNodes nodes_in(Rest rest) { return {rest.pointer(), (rest.tag() & kWide) != 0}; }
  static Rest with_nodes(Rest rest, CollationNodes nodes);

  CollationNodes tree() const {
    const Rest rest = rest_.load();
    const Spread* spread = spread_in(rest);
    return spread == nullptr ? nodes_in(rest) : spread->tree.now();
  }
  SpreadCells* spread() const {
    Spread* spread = spread_in(rest_.load());
    return spread == nullptr ? nullptr : &spread->cells;
  }
  SpreadCells& spread_out();
  void set_counted();

  LocalCounter local_;
  Atomic<Rest> rest_;
};

}  // namespace tally
