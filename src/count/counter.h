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

// Made by a CounterArena, which it never leaves: 24 bytes and its name. What most counters never need (spread
// cells; a tree, on a server that is alone) is behind one pointer, which is null until then.
//
// Any thread inside a Section, except what says otherwise.
class Counter : public ChangeLink {
 public:
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  // Without a section, too.
  std::string_view name() const {
    return {reinterpret_cast<const char*>(this + 1), std::size_t{more_.load().tag()} & kNameSize};
  }

  // Somebody counted here, and be it 0, in some stream that this server knows. A refused add, which may have
  // made the counter, did not.
  bool touched() const;

  // This run's total.
  std::int64_t total() const { return local_.total(spread()); }

  // All other streams' totals.
  Int128 others() const {
    const More* more = this->more();
    return more == nullptr ? 0 : more->tree.total();
  }

  Int128 value() const { return total() + others(); }

  std::vector<CollationNode> nodes() const;

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
    if ((more_.load().tag() & kCounted) == 0) set_counted();
  }

  // The thread that writes trees; no section needed.
  void update(ServerIndex server, Int128 value, const ServerRegistry& servers, Limbo& limbo);
  Int128 value_of(ServerIndex server, const ServerRegistry& servers) const;

 private:
  friend class CounterArena;

  struct More {
    ~More();
    Atomic<SpreadCells*> spread{nullptr};
    CollationTree tree;
  };
  // In the pointer's tag:
  static constexpr std::uint16_t kNameSize = 0x00ff;
  static constexpr std::uint16_t kCounted = 0x0100;

  // The name's bytes are copied behind the record by the arena.
  explicit Counter(std::size_t name_size)
      : more_(Tagged<More>(nullptr, static_cast<std::uint16_t>(name_size))) {}
  ~Counter();

  More* more() const { return more_.load().pointer(); }
  More& make_more();
  SpreadCells* spread() const {
    const More* more = this->more();
    return more == nullptr ? nullptr : more->spread.load();
  }
  SpreadCells& spread_out();
  void set_counted();

  LocalCounter local_;
  Atomic<Tagged<More>> more_;
};

}  // namespace tally
