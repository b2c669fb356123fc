#include "count/collation_tree.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "base/random.h"
#include "count/collation_shape.h"
#include "count/limbo.h"
#include "count/server_registry.h"

namespace tally {
namespace {

constexpr Int128 kTwo63 = Int128{1} << 63;

class CollationTreeTest : public testing::Test {
 protected:
  void update(const std::string& server, Int128 value) {
    tree.update(servers.index(ServerId::parse(server).value()), value, servers, limbo);
  }
  Int128 value_of(const std::string& server) {
    return tree.value_of(servers.index(ServerId::parse(server).value()), servers);
  }
  const std::string& name(const CollationNode& node) const { return servers.id(node.server).text(); }

  void visit(const std::vector<CollationNode>& nodes, const std::function<void(const CollationNode&)>& see) {
    for (const CollationNode& node : nodes) {
      see(node);
      visit(node.children, see);
    }
  }
  std::vector<std::string> invalid() {
    std::vector<std::string> names;
    visit(tree.nodes(), [&](const CollationNode& node) {
      if (!node.valid) names.push_back(name(node));
    });
    return names;
  }
  // "a a1 a2 ..." so that ids sort as they are numbered.
  static std::string numbered(unsigned i) {
    std::string digits = std::to_string(i);
    return "s" + std::string(5 - digits.size(), '0') + digits;
  }

  ServerRegistry servers;
  Limbo limbo;
  CollationTree tree;
};

TEST_F(CollationTreeTest, IsEmptyUntilSomebodyCounted) {
  EXPECT_TRUE(tree.empty());
  EXPECT_TRUE(tree.nodes().empty());
  EXPECT_EQ(tree.total(), 0);
  update("a", 0);
  EXPECT_FALSE(tree.empty());
}

// The pictures of the seed: valid after a read; after an update only the node and its ancestors are not.
TEST_F(CollationTreeTest, AnUpdateInvalidatesOnlyItsNodeAndItsAncestors) {
  for (unsigned i = 0; i < 40; ++i) update(numbered(i), i);
  EXPECT_EQ(tree.total(), 780);
  EXPECT_EQ(invalid(), std::vector<std::string>{});

  // [0 [1 2..17] [18 19..34] [35 36..39]]
  update(numbered(20), 1020);
  EXPECT_EQ(invalid(), (std::vector<std::string>{numbered(0), numbered(18), numbered(20)}));
  EXPECT_EQ(tree.total(), 1780);
  EXPECT_EQ(invalid(), std::vector<std::string>{});

  update(numbered(35), 0);
  EXPECT_EQ(invalid(), (std::vector<std::string>{numbered(0), numbered(35)}));
  update(numbered(0), 1);
  EXPECT_EQ(tree.total(), 1746);
}

TEST_F(CollationTreeTest, LookingValidatesNothing) {
  update("a", 1);
  update("b", 2);
  EXPECT_EQ(invalid(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(invalid(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(CollationTreeTest, AnUpdateToTheSameValueInvalidatesNothing) {
  update("a", 1);
  update("b", 2);
  tree.total();
  update("b", 2);
  EXPECT_EQ(invalid(), std::vector<std::string>{});
}

TEST_F(CollationTreeTest, ALeafShowsWhatItWasWhenItWasLastRead) {
  update("a", 7);
  EXPECT_EQ(invalid(), std::vector<std::string>{"a"});
  EXPECT_EQ(tree.total(), 7);
  EXPECT_EQ(invalid(), std::vector<std::string>{});
  update("a", 9);
  const std::vector<CollationNode> nodes = tree.nodes();
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_FALSE(nodes[0].valid);
  EXPECT_EQ(nodes[0].value, 9);
  EXPECT_EQ(nodes[0].computed, 7);
}

TEST_F(CollationTreeTest, ASumThatDoesNotFitIsNotCachedButExact) {
  update("a", kTwo63 - 1);
  update("b", 1);
  EXPECT_EQ(tree.total(), kTwo63);
  EXPECT_EQ(tree.total(), kTwo63);
  EXPECT_EQ(invalid(), std::vector<std::string>{"a"});
  update("b", -1);
  EXPECT_EQ(tree.total(), kTwo63 - 2);
  EXPECT_EQ(invalid(), std::vector<std::string>{});
}

TEST_F(CollationTreeTest, AValueBeyond64BitsIsExactAndCanShrinkAgain) {
  update("a", 5);
  update("b", kTwo63 * 2);
  EXPECT_EQ(tree.total(), kTwo63 * 2 + 5);
  EXPECT_EQ(value_of("b"), kTwo63 * 2);
  EXPECT_EQ(tree.nodes()[0].computed, kTwo63 * 2 + 5);
  update("c", -kTwo63 * 2);
  EXPECT_EQ(tree.total(), 5);
  update("b", 1);
  update("c", 1);
  EXPECT_EQ(tree.total(), 7);
  update("a", 6);
  EXPECT_EQ(invalid(), std::vector<std::string>{"a"}) << "it is a tree of 64-bit values again";
}

// The twin is a sorted map.
TEST_F(CollationTreeTest, CountsLikeAMap) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    ServerRegistry fresh_servers;
    Limbo fresh_limbo;
    CollationTree fresh;
    std::map<std::string, Int128> twin;
    const std::uint64_t most = 1 + random.below(seed % 2 == 0 ? 20 : 400);
    for (int step = 0; step < 2000; ++step) {
      const std::string id = "x" + std::to_string(random.below(most));
      Int128 value = static_cast<std::int64_t>(random() >> random.below(64));
      if (seed % 5 == 0 && random.chance(1)) value *= 1000;
      twin[id] = value;
      const ServerIndex index = fresh_servers.index(ServerId::parse(id).value());
      fresh.update(index, value, fresh_servers, fresh_limbo);
      ASSERT_EQ(fresh.value_of(index, fresh_servers), value);
      if (!random.chance(30)) continue;
      Int128 total = 0;
      for (const auto& [key, v] : twin) total += v;
      ASSERT_EQ(fresh.total(), total);
      ASSERT_EQ(fresh.total(), total);
    }
    std::vector<std::string> walked;
    visit(fresh.nodes(), [&](const CollationNode& node) {
      walked.push_back(fresh_servers.id(node.server).text());
      ASSERT_EQ(node.value, twin.at(walked.back()));
      ASSERT_LE(node.children.size(), CollationTree::kFanOut);
    });
    ASSERT_TRUE(std::is_sorted(walked.begin(), walked.end()));
    ASSERT_EQ(walked.size(), twin.size());
  }
}

template <std::size_t kFanOut>
std::size_t check_shape(const CollationSubtree<kFanOut>& subtree, std::vector<std::size_t>& nodes,
                        std::vector<std::size_t>& slots) {
  nodes.push_back(subtree.node());
  if (!subtree.is_leaf()) slots.push_back(subtree.slot());
  EXPECT_LE(subtree.children(), kFanOut);
  EXPECT_EQ(subtree.is_leaf(), subtree.children() == 0);
  std::size_t height = 0;
  for (std::size_t i = 0; i < subtree.children(); ++i) {
    const CollationSubtree<kFanOut> child = subtree.child(i);
    const std::size_t first = nodes.size();
    height = std::max(height, 1 + check_shape(child, nodes, slots));
    for (std::size_t k = first; k < nodes.size(); ++k) {
      EXPECT_EQ(subtree.child_towards(nodes[k]).node(), child.node());
    }
  }
  return height;
}

template <std::size_t kFanOut>
void check_shapes() {
  std::size_t capacity = 1;
  std::size_t height = 0;
  for (std::size_t size = 1; size < 700; ++size) {
    SCOPED_TRACE(size);
    if (size > capacity) {
      capacity = 1 + kFanOut * capacity;
      ++height;
    }
    const auto whole = CollationSubtree<kFanOut>::whole(size);
    std::vector<std::size_t> nodes;
    std::vector<std::size_t> slots;
    EXPECT_EQ(check_shape(whole, nodes, slots), height) << "as flat as can be";
    EXPECT_EQ(slots.size(), whole.inner_nodes());
    ASSERT_EQ(nodes.size(), size);
    for (std::size_t i = 0; i < nodes.size(); ++i)
      ASSERT_EQ(nodes[i], i) << "a walk goes through positions in order";
    for (std::size_t i = 0; i < slots.size(); ++i) ASSERT_EQ(slots[i], i) << "no slot is shared or wasted";
  }
}

TEST(CollationShape, EveryPositionIsInOnePlaceAndEveryInnerNodeHasASlot) {
  check_shapes<2>();
  check_shapes<3>();
  check_shapes<16>();
}

}  // namespace
}  // namespace tally
