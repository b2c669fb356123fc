#include "tests/count/interleave.h"

#include <memory>
#include <set>

#include <gtest/gtest.h>

namespace tally::interleave {
namespace {

struct Cells {
  Atomic<int> x{0};
  Atomic<int> y{0};
  int seen_x = -1;
  int seen_y = -1;
};

TEST(Interleave, FindsTheOneScheduleThatLosesAnUpdate) {
  const Exploration found = explore([](World& world) {
    auto cells = std::make_shared<Cells>();
    for (int i = 0; i < 2; ++i) {
      world.thread([cells] { cells->x.store(cells->x.load() + 1); });
    }
    world.finally([cells, &world] { world.require(cells->x.load() == 2, "an update was lost"); });
  });
  EXPECT_EQ(found.violation, "an update was lost");
}

TEST(Interleave, PassesWhatIsRightInEverySchedule) {
  const Exploration found = explore([](World& world) {
    auto cells = std::make_shared<Cells>();
    for (int i = 0; i < 3; ++i) {
      world.thread([cells] {
        cells->x.fetch_add(1);
        cells->y.fetch_add(1);
      });
    }
    world.finally([cells, &world] { world.require(cells->x.load() == 3 && cells->y.load() == 3, "lost"); });
  });
  EXPECT_EQ(found.violation, "");
}

// Store buffering: three of the four outcomes are possible where memory is sequentially consistent.
TEST(Interleave, TriesEveryOutcomeAndNoOther) {
  std::set<std::pair<int, int>> outcomes;
  explore([&outcomes](World& world) {
    auto cells = std::make_shared<Cells>();
    world.thread([cells] {
      cells->x.store(1);
      cells->seen_y = cells->y.load();
    });
    world.thread([cells] {
      cells->y.store(1);
      cells->seen_x = cells->x.load();
    });
    world.finally([cells, &outcomes] { outcomes.emplace(cells->seen_x, cells->seen_y); });
  });
  EXPECT_EQ(outcomes, (std::set<std::pair<int, int>>{{0, 1}, {1, 0}, {1, 1}}));
}

// Two threads of three operations each: (3 + 3)! / (3! 3!) schedules where nothing they do leads to the same
// state twice.
TEST(Interleave, CountsEveryScheduleOfThreadsThatRememberEverything) {
  std::set<std::string> orders;
  explore([&orders](World& world) {
    auto order = std::make_shared<std::pair<Atomic<int>, std::string>>();
    for (const char name : {'a', 'b'}) {
      world.thread([order, name] {
        for (int i = 0; i < 3; ++i) {
          order->first.store(order->first.exchange(0) * 3 + (name == 'a' ? 1 : 2));
          order->second += name;
        }
      });
    }
    world.finally([order, &orders] { orders.insert(order->second); });
  });
  EXPECT_EQ(orders.size(), 20U);
}

TEST(Interleave, SaysWhereNobodyCanGoOn) {
  const Exploration found = explore([](World& world) {
    auto cells = std::make_shared<Cells>();
    world.thread([cells] {
      await(cells->x, [](int x) { return x == 1; });
      cells->y.store(1);
    });
    world.thread([cells] {
      await(cells->y, [](int y) { return y == 1; });
      cells->x.store(1);
    });
  });
  EXPECT_EQ(found.violation, "deadlock");
}

}  // namespace
}  // namespace tally::interleave
