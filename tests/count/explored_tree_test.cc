// A tree that gets another server while it is read: a new block of nodes takes the old one's place, which is
// freed once nobody can be reading it. In every interleaving.

#include <cstdint>
#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include "count/collation_tree.h"
#include "count/counting.h"
#include "tests/count/interleave.h"

namespace tally {
namespace {

using interleave::Exploration;
using interleave::explore;
using interleave::World;

ServerIndex server(ServerRegistry& servers, const char* id) {
  return servers.index(ServerId::parse(id).value());
}

// Counting frees what a seal finds in limbo. The sanitizers see to it that no reader touches it afterwards.
TEST(TreeReplacement, ReadsAreRightWhileServersAreAddedAndOldBlocksAreFreed) {
  struct Scene {
    Scene() {
      counting.update(counter, server(counting.servers(), "b"), 1);
      counting.update(counter, server(counting.servers(), "d"), 2);
      counting.seal();
    }
    Counting counting{1, 1};
    CountingThread reader{counting};
    Counter& counter = *reader.find_or_insert("x");
    std::int64_t truth = 3;
  };
  const Exploration found = explore([](World& world) {
    auto scene = std::make_shared<Scene>();
    world.thread([scene, &world] {
      for (std::uint64_t i = 0; i < 2; ++i) {
        const std::int64_t least = world.observe([&] { return scene->truth; });
        const Int128 read = scene->reader.value(&scene->counter);
        world.require(least <= read, "a read went backwards");
        world.require(read == 3 || read == 7 || read == 15, "a read saw what never was");
        world.forget(i);
      }
    });
    world.thread([scene] {
      scene->counting.update(scene->counter, server(scene->counting.servers(), "a"), 4);
      scene->truth = 7;
      scene->counting.seal();
      scene->counting.update(scene->counter, server(scene->counting.servers(), "c"), 8);
      scene->truth = 15;
      scene->counting.seal();
    });
  });
  EXPECT_EQ(found.violation, "") << found.schedule;
}

// Where the old block would be freed, it is only noted that it was: a reader whose sum lacks the new server
// sums the old block.
class Replacing {
 public:
  Replacing() { tree_.update(server(servers_, "b"), 1, servers_, limbo_); }

  void replace() { tree_.update(server(servers_, "a"), 2, servers_, limbo_); }
  void wait() { sections_.wait_for_grace_period(); }
  void free_old() {
    doomed_.emplace(limbo_.take());
    freed_.store(true);
  }

  bool reads_what_is_freed() {
    const Section section(reader_, SectionKind::single);
    return tree_.total() == 1 && freed_.load();
  }

 private:
  Sections sections_{1};
  Sections::Thread reader_{sections_};
  ServerRegistry servers_;
  Limbo limbo_;
  std::optional<Limbo::Doomed> doomed_;
  CollationTree tree_;
  Atomic<bool> freed_{false};
};

template <class Steps>
Exploration read_while(Steps steps) {
  return explore([steps](World& world) {
    auto tree = std::make_shared<Replacing>();
    world.thread([tree, &world] { world.require(!tree->reads_what_is_freed(), "a freed block was summed"); });
    world.thread([tree, steps] { steps(*tree); });
  });
}

TEST(TreeReplacement, AGracePeriodOutlastsWhoeverSumsTheOldBlock) {
  const Exploration found = read_while([](Replacing& tree) {
    tree.replace();
    tree.wait();
    tree.free_old();
  });
  EXPECT_EQ(found.violation, "");
}

TEST(TreeReplacement, WithoutAGracePeriodAFreedBlockIsSummed) {
  const Exploration found = read_while([](Replacing& tree) {
    tree.replace();
    tree.free_old();
  });
  EXPECT_EQ(found.violation, "a freed block was summed");
}

TEST(TreeReplacement, AGracePeriodBeforeTheReplacementIsNone) {
  const Exploration found = read_while([](Replacing& tree) {
    tree.wait();
    tree.replace();
    tree.free_old();
  });
  EXPECT_EQ(found.violation, "a freed block was summed");
}

}  // namespace
}  // namespace tally
