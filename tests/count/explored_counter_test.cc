// The one word behind which a counter has its tree, its spread cells and what is known of it, while an adder
// spreads it, another one marks it, and the writer of trees gives it nodes. In every interleaving.

#include <memory>

#include <gtest/gtest.h>

#include "count/counter_arena.h"
#include "count/limbo.h"
#include "count/server_registry.h"
#include "tests/count/interleave.h"

namespace tally {
namespace {

using interleave::Exploration;
using interleave::explore;
using interleave::World;

struct Scene {
  void update(const char* id, Int128 value) {
    counter.update(servers.index(ServerId::parse(id).value()), value, servers, limbo);
  }
  void add(std::size_t thread, int times) {
    for (int i = 0; i < times; ++i) TALLY_CHECK(counter.add(1, thread).has_value());
  }

  ServerRegistry servers;
  Limbo limbo;  // nobody empties it: to free is for others to explore
  CounterArena arena;
  Counter& counter = *arena.make("x");
};

constexpr Int128 kBeyond64Bits = Int128{1} << 70;

// One adder loses all its races to the other, and spreads the counter, in some of them.
Exploration spreads_while(Int128 first, Int128 second) {
  return explore([=](World& world) {
    auto scene = std::make_shared<Scene>();
    world.thread([scene] { scene->add(0, 1); });
    world.thread([scene] { scene->add(1, kLostRaces); });
    world.thread([scene, first, second] {
      scene->update("a", first);
      scene->update("b", second);
    });
    world.finally([scene, first, second, &world] {
      world.require(scene->counter.total() == kLostRaces + 1, "an add was lost");
      world.require(scene->counter.others() == first + second, "nodes were lost");
      world.require(scene->counter.name() == "x", "the name was lost");
    });
  });
}

TEST(ACounter, ThatSpreadsWhileServersGetNodesLosesNeither) {
  EXPECT_EQ(spreads_while(5, 7).violation, "");
  EXPECT_EQ(spreads_while(kBeyond64Bits, 7).violation, "");
}

// No server has a node: nothing but the mark says that somebody counted.
TEST(ACounter, ThatSpreadsWhileItIsMarkedStaysMarked) {
  const Exploration found = explore([](World& world) {
    auto scene = std::make_shared<Scene>();
    world.thread([scene] { scene->add(0, 1); });
    world.thread([scene] {
      scene->add(1, kLostRaces);
      scene->counter.mark_counted();
    });
    world.finally([scene, &world] {
      world.require(scene->counter.touched(), "the mark was lost");
      world.require(scene->counter.total() == kLostRaces + 1, "an add was lost");
    });
  });
  EXPECT_EQ(found.violation, "");
}

TEST(ACounter, ThatIsMarkedWhileServersGetNodesLosesNone) {
  const Exploration found = explore([](World& world) {
    auto scene = std::make_shared<Scene>();
    world.thread([scene] {
      scene->add(0, 1);
      scene->counter.mark_counted();
    });
    world.thread([scene] {
      scene->update("a", 5);
      scene->update("a", kBeyond64Bits);
      scene->update("a", 6);
    });
    world.finally([scene, &world] {
      world.require(scene->counter.others() == 6, "a node was lost");
      world.require(scene->counter.total() == 1, "an add was lost");
    });
  });
  EXPECT_EQ(found.violation, "");
}

}  // namespace
}  // namespace tally
