// What this run counted for one name: one atomic cell, spread over several where threads fight over it.
//
// The spreading is LongAdder's (Doug Lea, java.util.concurrent) and brpc's (docs/en/bvar.md): where an add
// loses the race for the one cell again and again, it goes, with all later ones, to a cell of its thread's
// own. Unlike there, every cell has a limit, so that the sum of all cells is exact and cannot overflow
// (count/bounds.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "count/atomic.h"
#include "count/bounds.h"

namespace tally {

// How many races one add loses before the counter spreads, for ever: it is larger and slower to read then.
// Whoever is interrupted between its load and its exchange loses one, on any counter, some day; three in a
// row are lost only where threads add at the same time all the time.
inline constexpr int kLostRaces = 3;

// One cache line for each group of threads. Any thread, inside a section; take() only alone.
class SpreadCells {
 public:
  // False, and nothing added, where the cell's limit is reached.
  bool add(std::int64_t delta, std::size_t thread) {
    Atomic<std::int64_t>& cell = cells_[thread % kSpreadCells].total;
    std::int64_t before = cell.load();
    do {
      if (!within(Int128{before} + delta, kSmallSpread)) return false;
    } while (!cell.compare_exchange_weak(before, before + delta));
    return true;
  }

  // Not one moment's sum: contains every add that returned before, and perhaps some that have not.
  std::int64_t sum() const {
    std::int64_t sum = 0;
    for (const Cell& cell : cells_) sum += cell.total.load();
    return sum;
  }

  // The sum, which the cells hold no longer.
  std::int64_t take() {
    const std::int64_t all = sum();
    for (Cell& cell : cells_) cell.total.store(0);
    return all;
  }

 private:
  struct alignas(64) Cell {
    Atomic<std::int64_t> total{0};
  };
  Cell cells_[kSpreadCells];
};

// The cells that it spreads to are rare and belong to its owner, who hands them in: null until they exist. No
// add changes more than one cell, and none waits for another.
//
// Any thread, inside a section; set() only alone.
class LocalCounter {
 public:
  // Adds a small delta and returns the total, this add included; nothing, and adds nothing, where a limit is
  // reached. When it has lost the race for the one cell too often, it calls `spread_out`, which returns the
  // cells to use from now on.
  template <class SpreadOut>
  std::optional<std::int64_t> add(std::int64_t delta, std::size_t thread, SpreadCells* spread,
                                  SpreadOut spread_out) {
    std::int64_t before = cell_.load();
    for (int lost = 0; spread == nullptr && lost < kLostRaces; ++lost) {
      if (!within(before, kSmallCell)) return std::nullopt;
      if (cell_.compare_exchange_strong(before, before + delta)) return before + delta;
    }
    if (!within(before, kSmallCell)) return std::nullopt;
    if (spread == nullptr) spread = &spread_out();
    if (!spread->add(delta, thread)) return std::nullopt;
    return total(spread);
  }

  // For batches, which check every counter before they change one: where this is true, a small delta may be
  // added later in the same section.
  bool has_room() const { return within(cell_.load(), kSmallCell); }

  // Adds a small delta after has_room(); never fails.
  std::int64_t add_to_room(std::int64_t delta, const SpreadCells* spread) {
    const std::int64_t after = cell_.fetch_add(delta) + delta;
    return spread == nullptr ? after : after + spread->sum();
  }

  std::int64_t total(const SpreadCells* spread) const {
    const std::int64_t cell = cell_.load();
    return spread == nullptr ? cell : cell + spread->sum();
  }

  // Replaces the total.
  void set(std::int64_t total, SpreadCells* spread) {
    if (spread != nullptr) spread->take();
    cell_.store(total);
  }

 private:
  Atomic<std::int64_t> cell_{0};
};

}  // namespace tally
