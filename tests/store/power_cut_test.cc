// What was acknowledged is there after any power cut; of what was under way, all or nothing.
#include <gtest/gtest.h>

#include "tests/store/machine.h"

namespace tally {
namespace {

constexpr std::uint64_t kHistories = 60;

// One process's life: commits until the power goes or it has had enough, on a disk that is full at times.
// `held` is what was acknowledged, `attempt` that and what was under way.
void live(Machine& machine, Random& random, MemoryStore& held, MemoryStore& attempt) {
  auto store = machine.open();
  if (!store) return;
  for (std::uint64_t commits = random.below(60); commits > 0; --commits) {
    Commit commit = machine.next(held, random);
    if (random.chance(30)) commit.writes.push_back(commit.writes.front());  // a duplicate
    ASSERT_TRUE(attempt.commit(commit));
    if (random.chance(5)) machine.disk.leave_room(random.below(500));
    if (const auto done = (*store)->commit(commit)) {
      held = attempt;
    } else if (done.error().code == Errc::full) {
      attempt = held;
    } else {
      return;
    }
    if (random.chance(20)) static_cast<void>((*store)->settle());
    if (random.chance(20)) machine.disk.make_room();
  }
}

TEST(PowerCut, LosesNothingThatWasAcknowledged) {
  for (std::uint64_t seed = 1; seed <= kHistories; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Machine machine;
    MemoryStore held;
    for (int lives = 0; lives < 3; ++lives) {
      MemoryStore attempt = held;
      machine.disk.lose_power_after(random.below(250));
      live(machine, random, held, attempt);
      machine.disk.make_room();
      machine.disk.cut_power(random);
      const auto store = machine.open();
      ASSERT_TRUE(store) << store.error().detail;
      const auto found = everything(**store).value();
      if (found != everything(held).value()) {
        ASSERT_TRUE(found == everything(attempt).value());
        held = attempt;
      }
    }
  }
}

}  // namespace
}  // namespace tally
