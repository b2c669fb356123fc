#include "count/counter_table.h"

#include <algorithm>

#include "base/check.h"
#include "count/limbo.h"

namespace tally {

namespace {

// The segment has the highest bits, the place in it the lowest.
std::uint16_t tag_of(std::uint64_t hash) { return static_cast<std::uint16_t>(hash >> 40); }

}  // namespace

// One segment's slots. Empty ones end every probe; one writer at a time puts counters in.
class CounterTable::Slots {
 public:
  explicit Slots(std::size_t capacity) : mask_(capacity - 1), slots_(new Atomic<Slot>[capacity]) {}

  std::size_t capacity() const { return mask_ + 1; }

  Counter* find(std::uint64_t hash, std::string_view name) const {
    for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
      const Slot slot = slots_[i].load();
      if (slot.pointer() == nullptr) return nullptr;
      if (slot.tag() == tag_of(hash) && slot.pointer()->name() == name) return slot.pointer();
    }
  }

  void insert(std::uint64_t hash, Counter* counter) {
    std::size_t i = hash & mask_;
    while (slots_[i].load().pointer() != nullptr) i = (i + 1) & mask_;
    slots_[i].store(Slot(counter, tag_of(hash)));
  }

  template <class Visit>
  void for_each(Visit visit) const {
    constexpr std::size_t kAhead = 16;
    for (std::size_t i = 0; i < capacity(); ++i) {
      if (i + kAhead < capacity()) __builtin_prefetch(slots_[i + kAhead].load().pointer());
      if (Counter* counter = slots_[i].load().pointer()) visit(counter);
    }
  }

  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&slots_[hash & mask_]); }

  // The counter that find() will probably look at.
  void prefetch_counter(std::uint64_t hash) const {
    __builtin_prefetch(slots_[hash & mask_].load().pointer());
  }

  std::size_t bytes() const { return capacity() * sizeof(Atomic<Slot>); }
  static void destroy(void* slots) { delete static_cast<Slots*>(slots); }

 private:
  const std::size_t mask_;  // the capacity is a power of two
  const std::unique_ptr<Atomic<Slot>[]> slots_;
};

CounterTable::CounterTable(NameHash hash, Limbo& limbo) : hash_(hash), limbo_(limbo) {}

CounterTable::~CounterTable() {
  for (Segment& segment : segments_) delete segment.slots.load();
}

Counter* CounterTable::find(std::string_view name) const {
  const std::uint64_t hash = hash_(name);
  const Slots* slots = segment_of(hash).slots.load();
  return slots == nullptr ? nullptr : slots->find(hash, name);
}

Counter* CounterTable::find_or_insert(std::string_view name, std::size_t most) {
  const std::uint64_t hash = hash_(name);
  Segment& segment = segment_of(hash);
  if (const Slots* slots = segment.slots.load()) {
    if (Counter* known = slots->find(hash, name)) return known;
  }
  const MutexLock lock(segment.mutex);
  Slots& slots = make_room(segment);
  if (Counter* known = slots.find(hash, name)) return known;  // somebody was faster
  if (size_.fetch_add(1, std::memory_order_relaxed) >= most) {
    size_.fetch_sub(1, std::memory_order_relaxed);
    return nullptr;
  }
  Counter* counter = arena_.make(name);
  slots.insert(hash, counter);
  ++segment.taken;
  return counter;
}

CounterTable::Slots& CounterTable::make_room(Segment& segment) {
  constexpr std::size_t kFewest = 8;
  Slots* full = segment.slots.load();
  if (full != nullptr && (segment.taken + 1) * 8 <= full->capacity() * 7) return *full;
  auto* roomy = new Slots(full == nullptr ? kFewest : full->capacity() * 2);
  if (full != nullptr) {
    full->for_each([&](Counter* counter) { roomy->insert(hash_(counter->name()), counter); });
  }
  segment.slots.store(roomy);
  if (full != nullptr) limbo_.retire(full, &Slots::destroy, full->bytes());
  return *roomy;
}

void CounterTable::find_many(std::span<const std::string_view> names, std::span<Counter*> counters) const {
  TALLY_CHECK(names.size() == counters.size());
  struct Looked {
    std::uint64_t hash;
    const Slots* slots;
  };
  constexpr std::size_t kAtOnce = 32;  // about what a core can be waiting for
  std::array<Looked, kAtOnce> looked;
  for (std::size_t begin = 0; begin < names.size(); begin += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, names.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t hash = hash_(names[begin + i]);
      looked[i] = {hash, segment_of(hash).slots.load()};
      if (looked[i].slots != nullptr) looked[i].slots->prefetch(hash);
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (looked[i].slots != nullptr) looked[i].slots->prefetch_counter(looked[i].hash);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const auto [hash, slots] = looked[i];
      counters[begin + i] = slots == nullptr ? nullptr : slots->find(hash, names[begin + i]);
    }
  }
}

}  // namespace tally
