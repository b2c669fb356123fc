// Where a log holds what: a hash table of places alone, at five bytes a slot, since the log has the keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/check.h"

namespace tally {

// Open addressing with linear probing; seven bits of the hash in each slot keep probes from looking into the
// log in vain. All 64 bits of a hash are to be good. One thread uses it.
class PlaceIndex {
 public:
  // The slot of the place for which `is_it` is true, among those that were put in with `hash`. Good until the
  // next insert() or reset().
  template <class IsIt>
  std::optional<std::size_t> find(std::uint64_t hash, IsIt is_it) const {
    if (tags_.empty()) return std::nullopt;
    for (std::size_t i = slot(hash); tags_[i] != kEmpty; i = next(i)) {
      if (tags_[i] == tag(hash) && is_it(places_[i])) return i;
    }
    return std::nullopt;
  }

  std::uint32_t place(std::size_t slot) const { return places_[slot]; }
  void replace(std::size_t slot, std::uint32_t place) { places_[slot] = place; }

  std::size_t size() const { return size_; }

  // One more would leave too few slots empty: reset() it, and put all in again.
  bool full() const { return (size_ + 1) * kMostOf > tags_.size() * kMost; }

  // It is not full, and the place is not in it.
  void insert(std::uint64_t hash, std::uint32_t place) {
    TALLY_CHECK(!full());
    std::size_t i = slot(hash);
    while (tags_[i] != kEmpty) i = next(i);
    tags_[i] = tag(hash);
    places_[i] = place;
    ++size_;
  }

  // Empty, with room for `size` and a quarter more.
  void reset(std::size_t size) {
    constexpr std::size_t kFewest = 16;
    const std::size_t slots = size == 0 ? 0 : kFewest + size * kMostOf / kMost * 5 / 4;
    tags_ = std::vector<std::uint8_t>();
    places_ = std::vector<std::uint32_t>();
    tags_.resize(slots, kEmpty);
    places_.resize(slots);
    size_ = 0;
  }

  // For whoever will soon put in or look for many.
  void prefetch(std::uint64_t hash) const {
    __builtin_prefetch(&tags_[slot(hash)]);
    __builtin_prefetch(&places_[slot(hash)]);
  }

 private:
  static constexpr std::uint8_t kEmpty = 0;
  static constexpr std::size_t kMost = 7;  // of kMostOf slots are taken
  static constexpr std::size_t kMostOf = 8;

  __extension__ using Wide = unsigned __int128;
  std::size_t slot(std::uint64_t hash) const {
    return static_cast<std::size_t>(Wide{hash} * tags_.size() >> 64);
  }
  std::size_t next(std::size_t slot) const { return slot + 1 == tags_.size() ? 0 : slot + 1; }
  static std::uint8_t tag(std::uint64_t hash) { return static_cast<std::uint8_t>(hash & 0xff) | 1U; }

  std::vector<std::uint8_t> tags_;
  std::vector<std::uint32_t> places_;
  std::size_t size_ = 0;
};

}  // namespace tally
