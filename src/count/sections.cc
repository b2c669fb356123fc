#include "count/sections.h"

namespace tally {

Sections::Sections(std::size_t max_threads) : max_threads_(max_threads), slots_(new Slot[max_threads]) {}

Sections::~Sections() {
  for (std::size_t i = 0; i < max_threads_; ++i) TALLY_CHECK(!slots_[i].taken.load());
}

void Sections::wait_for_grace_period() const {
  for (std::size_t i = 0; i < max_threads_; ++i) {
    const std::uint64_t seen = slots_[i].state.load();
    if ((seen & kInside) == 0) continue;
    await(slots_[i].state, [seen](std::uint64_t now) { return now != seen; });
  }
}

void Sections::shut(Gate gate) {
  for (Gate expected = Gate::open; !gate_.compare_exchange_strong(expected, gate); expected = Gate::open) {
    await(gate_, [](Gate now) { return now == Gate::open; });
  }
  const std::uint64_t kept_out = gate == Gate::shut_to_all ? kInside : kBatch;
  for (std::size_t i = 0; i < max_threads_; ++i) {
    await(slots_[i].state, [kept_out](std::uint64_t now) { return (now & kept_out) == 0; });
  }
}

namespace {

std::size_t take_slot(std::size_t slots, auto&& taken) {
  for (std::size_t i = 0; i < slots; ++i) {
    bool free = false;
    if (taken(i).compare_exchange_strong(free, true)) return i;
  }
  TALLY_CHECK(!"more threads count than Sections was made for");
  return slots;
}

}  // namespace

Sections::Thread::Thread(Sections& sections)
    : sections_(sections),
      number_(take_slot(sections.max_threads_,
                        [&](std::size_t i) -> Atomic<bool>& { return sections.slots_[i].taken; })),
      slot_(sections.slots_[number_]),
      state_(slot_.state.load()) {}

Sections::Thread::~Thread() {
  TALLY_CHECK((state_ & kInside) == 0);
  slot_.taken.store(false);
}

}  // namespace tally
