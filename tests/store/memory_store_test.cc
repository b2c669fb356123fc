#include "store/memory_store.h"

#include "tests/store/store_contract.h"

namespace tally {
namespace {

struct MemoryDisk {
  Store& open() { return store; }
  MemoryStore store;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, StoreContract, MemoryDisk);

TEST(MemoryStore, ACopyIsASnapshot) {
  Counting counting(1, 7);
  CountingThread names(counting);
  const StreamId stream{1, 2};
  const auto share = [&](std::uint64_t after) {
    return Write{{stream, ServerId::parse("a").value(), Sequence{after}, Sequence{after + 1}},
                 {{names.find_or_insert("x"), 1, Sequence{after + 1}}}};
  };
  MemoryStore store;
  ASSERT_TRUE(store.commit({.writes = {share(0)}}));
  const MemoryStore snapshot = store;
  ASSERT_TRUE(store.commit({.writes = {share(1)}}));
  EXPECT_EQ(snapshot.mark(stream), Sequence{1});
  EXPECT_EQ(store.mark(stream), Sequence{2});
}

}  // namespace
}  // namespace tally
