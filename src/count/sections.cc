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

std::size_t Sections::take_slot() {
  std::size_t slot = 0;
  for (bool taken = true; taken; slot += taken ? 1 : 0) {
    TALLY_CHECK(slot < max_threads_);
    taken = slots_[slot].taken.exchange(true);
  }
  return slot;
}

Sections::Thread::Thread(Sections& sections)
    : sections_(sections),
      number_(sections.take_slot()),
      slot_(sections.slots_[number_]),
      state_(slot_.state.load()) {}

Sections::Thread::~Thread() {
  TALLY_CHECK((state_ & kInside) == 0);
  slot_.taken.store(false);
}

}  // namespace tally
