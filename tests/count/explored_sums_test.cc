// The collation tree's protocol in every interleaving of one writer and two readers, and four ways to get it
// wrong.

#include <cstdint>
#include <memory>

#include <gtest/gtest.h>

#include "count/cached_sum.h"
#include "count/collation_block.h"
#include "tests/count/interleave.h"

namespace tally {
namespace {

using interleave::Exploration;
using interleave::explore;
using interleave::World;

// What the protocol is made of, with one mistake each.
struct PlainDirtyFlag {
  struct Look {
    std::uint64_t version;
    std::int64_t sum;
    bool valid;
  };
  void begin_change() {}
  void end_change() { valid.store(false); }
  Look look() const {
    const bool cached = valid.load();
    return {0, sum.load(), cached};
  }
  void publish(std::uint64_t, std::int64_t found) {
    sum.store(found);
    valid.store(true);
  }
  Atomic<std::int64_t> sum{0};
  Atomic<bool> valid{false};
};

template <bool kPublishOverNewer, bool kVersionMovesBefore>
struct Versioned {
  struct Look {
    std::uint64_t version;
    std::int64_t sum;
    bool valid;
  };
  void begin_change() {
    if (kVersionMovesBefore) version.fetch_add(1);
  }
  void end_change() { version.fetch_add(kVersionMovesBefore ? 1 : 2); }
  Look look() const {
    const std::uint64_t now = version.load();
    const bool cached = stamp.load() == now;
    const std::int64_t found = sum.load();
    return {now, found, cached && version.load() == now};
  }
  void publish(std::uint64_t seen, std::int64_t found) {
    if (seen % 2 != 0 || version.load() != seen) return;
    std::uint64_t before = stamp.load();
    if (!kPublishOverNewer && (before % 2 != 0 || before >= seen)) return;
    if (!stamp.compare_exchange_strong(before, seen - 1)) return;
    sum.store(found);
    stamp.store(seen);
  }
  Atomic<std::uint64_t> version{2};
  Atomic<std::uint64_t> stamp{0};
  Atomic<std::int64_t> sum{0};
};
using VersionMovesOnlyAfterTheStore = Versioned<false, false>;
using PublishesOverNewer = Versioned<true, true>;

// Publishes under the version of when it has summed, not of before it began.
struct TakesTheVersionLate : CachedSum {
  void publish(std::uint64_t version, std::int64_t sum) {
    if (version % 2 == 0) CachedSum::publish(look().version, sum);  // the writer may have come between
  }
};

// With fan-out 2, two nodes are [0 1] and four make three levels: [0 [1 2 3]].
template <class Sum>
struct Tree {
  using Block = CollationBlock<Sum, 2>;
  explicit Tree(std::size_t size) {
    block = Block::create(
        size, [](std::size_t i) { return ServerIndex{static_cast<std::uint32_t>(i)}; },
        [](std::size_t) { return 0; });
  }
  ~Tree() { Block::destroy(block); }

  std::int64_t sum() { return static_cast<std::int64_t>(block->sum()); }
  std::int64_t truth() const {
    std::int64_t truth = 0;
    for (std::size_t i = 0; i < block->size(); ++i) truth += block->value(i);
    return truth;
  }

  Block* block;
};

// A writer whose values only grow, and readers that must never see less than was there when they began, or
// more than is there when they end: so no thread's reads go backwards, and none sees what never was.
template <class Sum>
Exploration reads(std::size_t size, std::initializer_list<std::size_t> stores, int readers, int reads_each) {
  return explore([=](World& world) {
    auto tree = std::make_shared<Tree<Sum>>(size);
    world.thread([tree, stores] {
      std::int64_t value = 0;
      for (const std::size_t node : stores) tree->block->store(node, ++value);
    });
    for (int reader = 0; reader < readers; ++reader) {
      world.thread([tree, reads_each, &world] {
        for (int i = 0; i < reads_each; ++i) {
          const std::int64_t least = world.observe([&] { return tree->truth(); });
          const std::int64_t read = tree->sum();
          const std::int64_t most = world.observe([&] { return tree->truth(); });
          world.require(least <= read, "a read went backwards");
          world.require(read <= most, "a read saw what never was");
          world.forget(static_cast<std::uint64_t>(i));
        }
      });
    }
    world.finally([tree, &world] {
      world.require(tree->sum() == tree->truth(), "a wrong sum stays cached");
      world.require(tree->sum() == tree->truth(), "a wrong sum was cached");
    });
  });
}

constexpr std::initializer_list<std::size_t> kOneLeaf = {2};
constexpr std::initializer_list<std::size_t> kTwoLeaves = {2, 3};
constexpr std::initializer_list<std::size_t> kLeafAndRoot = {1, 0};

TEST(CollationProtocol, HoldsInEveryInterleaving) {
  EXPECT_EQ(reads<CachedSum>(4, kOneLeaf, 2, 1).violation, "");
  EXPECT_EQ(reads<CachedSum>(4, kTwoLeaves, 1, 2).violation, "");
  EXPECT_EQ(reads<CachedSum>(2, {1}, 2, 2).violation, "");
  EXPECT_EQ(reads<CachedSum>(2, kLeafAndRoot, 2, 1).violation, "");
  EXPECT_EQ(reads<CachedSum>(2, {1, 0, 1}, 1, 2).violation, "");
}

TEST(CollationProtocol, FailsWithAPlainDirtyFlag) {
  EXPECT_NE(reads<PlainDirtyFlag>(4, kOneLeaf, 1, 1).violation, "");
}

TEST(CollationProtocol, FailsWhenTheVersionMovesOnlyAfterTheStore) {
  EXPECT_EQ(reads<VersionMovesOnlyAfterTheStore>(4, kOneLeaf, 1, 2).violation, "a read went backwards");
}

TEST(CollationProtocol, FailsWhenASlowReaderPublishesOverWhatIsNewer) {
  EXPECT_NE(reads<PublishesOverNewer>(4, kOneLeaf, 2, 1).violation, "");
}

TEST(CollationProtocol, FailsWhenAReaderTakesTheVersionAfterItsSum) {
  EXPECT_NE(reads<TakesTheVersionLate>(4, kOneLeaf, 1, 1).violation, "");
}

// So that the failures above are their mistakes' and not the frame's.
TEST(CollationProtocol, HoldsWithoutAMistake) {
  EXPECT_EQ((reads<Versioned<false, true>>(4, kOneLeaf, 2, 1).violation), "");
}

}  // namespace
}  // namespace tally
