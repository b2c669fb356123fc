// Totals at the edge of 64 bits, in every interleaving of two requests.

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

#include <gtest/gtest.h>

#include "count/counting.h"
#include "tests/count/interleave.h"

namespace tally {
namespace {

using interleave::Exploration;
using interleave::explore;
using interleave::World;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

struct Scene {
  explicit Scene(std::int64_t start) { TALLY_CHECK(threads[0].add(a, start).has_value()); }

  void add(std::size_t thread, std::int64_t delta) {
    if (threads[thread].add(a, delta)) accepted += delta;
  }
  void add_to_both(std::size_t thread, std::int64_t delta) {
    std::array<std::int64_t, 2> values;
    if (threads[thread].add(std::array{Change{&a, delta}, Change{&b, delta}}, values)) {
      accepted += delta;
      accepted_b += delta;
    }
  }

  Counting counting{2, 1};
  std::array<CountingThread, 2> threads{CountingThread(counting), CountingThread(counting)};
  Counter& a = *threads[0].find_or_insert("a");
  Counter& b = *threads[0].find_or_insert("b");
  Int128 accepted = 0;
  Int128 accepted_b = 0;
};

// Both requests at once on a counter that begins at `start`, where there is room for one of them.
Exploration one_of(std::int64_t start, std::function<void(Scene&)> one, std::function<void(Scene&)> other) {
  return explore([&](World& world) {
    auto scene = std::make_shared<Scene>(start);
    for (const auto& request : {one, other}) world.thread([scene, request] { request(*scene); });
    world.finally([scene, start, &world] {
      world.require(scene->accepted != 0, "both were refused");
      world.require(scene->a.value() == start + scene->accepted, "the total is not what was accepted");
      world.require(scene->b.value() == scene->accepted_b, "a refused batch counted in part");
    });
  });
}

TEST(Bounds, OfTwoAddsThatDoNotFitTogetherOneIsRefused) {
  const Exploration found = one_of(
      kMost - 10, [](Scene& scene) { scene.add(0, 7); }, [](Scene& scene) { scene.add(1, 8); });
  EXPECT_EQ(found.violation, "");
}

TEST(Bounds, AFastAddDoesNotSlipInBesideALargeOne) {
  const Exploration found = one_of(
      kSmallCell, [](Scene& scene) { scene.add(0, 5); },
      [](Scene& scene) { scene.add(1, kMost - kSmallCell); });
  EXPECT_EQ(found.violation, "");
}

TEST(Bounds, AFastBatchDoesNotSlipInBesideALargeAdd) {
  const Exploration found = one_of(
      kSmallCell, [](Scene& scene) { scene.add_to_both(0, 5); },
      [](Scene& scene) { scene.add(1, kMost - kSmallCell); });
  EXPECT_EQ(found.violation, "");
}

TEST(Bounds, ABatchThatDoesNotFitCountsNowhere) {
  const Exploration found = one_of(
      kMost - 10, [](Scene& scene) { scene.add_to_both(0, 7); }, [](Scene& scene) { scene.add(1, 8); });
  EXPECT_EQ(found.violation, "");
}

// The mistake that the slow path is there for, with 100 for the most that fits.
TEST(Bounds, TwoThatBothCheckAndThenBothAddGoOver) {
  const Exploration found = explore([](World& world) {
    auto total = std::make_shared<Atomic<int>>(90);
    for (const int delta : {7, 8}) {
      world.thread([total, delta] {
        if (total->load() + delta <= 100) total->fetch_add(delta);
      });
    }
    world.finally([total, &world] { world.require(total->load() <= 100, "it went over"); });
  });
  EXPECT_EQ(found.violation, "it went over");
}

TEST(LocalCounter, LosesNothingWhenItSpreads) {
  const Exploration found = one_of(
      0, [](Scene& scene) { scene.add(0, 1); }, [](Scene& scene) { scene.add(1, 2); });
  EXPECT_EQ(found.violation, "");
}

// Spread cells are taken back into the one cell by somebody who is alone, while somebody else reads the
// total.
template <class ReadIn>
Exploration fold_and_read() {
  struct Shared {
    Shared() { TALLY_CHECK(spread.add(5, 0)); }
    Sections sections{1};
    Sections::Thread thread{sections};
    LocalCounter counter;
    SpreadCells spread;
  };
  return explore([](World& world) {
    auto shared = std::make_shared<Shared>();
    world.thread([shared] {
      const Sections::Alone alone(shared->thread);
      shared->counter.set(shared->counter.total(&shared->spread), &shared->spread);
    });
    world.thread([shared, &world] {
      [[maybe_unused]] const ReadIn in(shared->sections);
      world.require(shared->counter.total(&shared->spread) == 5, "half a fold");
    });
  });
}

struct Anywhere {
  explicit Anywhere(Sections&) {}
};

TEST(LocalCounter, IsNeverReadInTheMiddleOfAFold) {
  EXPECT_EQ(fold_and_read<Sections::Shut>().violation, "");
  EXPECT_EQ(fold_and_read<Anywhere>().violation, "half a fold");
}

}  // namespace
}  // namespace tally
