#include "cluster/digest.h"

#include <gtest/gtest.h>

#include "tests/cluster/support.h"

namespace tally {
namespace {

// One server's knowledge. a has run 1, b run 2.
struct Knower {
  explicit Knower(const Member& self) : members(self), holdings(names.counting, self.id, self.run) {}

  void hold(std::uint64_t stream, const std::string& whose, std::uint64_t through) {
    const std::uint64_t mark = number(holdings.mark(run(stream)));
    ASSERT_TRUE(holdings.take(header(run(stream), whose, mark, through), {{"x", 1, Sequence{through}}}));
  }
  void rounds(int count) {
    for (; count > 0; --count) {
      digest.tick();
      holdings.tick();
    }
  }
  std::uint64_t value() {
    digest.refresh(members, holdings);
    return digest.value();
  }

  Names names;
  Members members;
  Holdings holdings;
  Digest digest;
};

class DigestTest : public testing::Test {
 protected:
  DigestTest() {
    a.members.hear(member("b", 2));
    b.members.hear(member("a", 1));
    a.value();
    b.value();
  }

  Knower a{member("a", 1)};
  Knower b{member("b", 2)};
};

TEST_F(DigestTest, IsAlikeWhereTheSameIsKnown) { EXPECT_EQ(a.value(), b.value()); }

TEST_F(DigestTest, LeavesOutWhatIsOnTheMove) {
  for (Knower* knower : {&a, &b}) knower->members.learn(member("c", 3));
  a.hold(3, "c", 5);
  b.hold(3, "c", 9);
  EXPECT_EQ(a.value(), b.value());
}

TEST_F(DigestTest, NamesTheMarkOfAStreamThatStandsStill) {
  a.hold(7, "c", 5);
  b.hold(7, "c", 9);
  EXPECT_EQ(a.value(), b.value());
  for (Knower* knower : {&a, &b}) knower->rounds(Digest::kQuietRounds);
  EXPECT_NE(a.value(), b.value());
  a.hold(7, "c", 9);
  a.rounds(Digest::kQuietRounds);
  EXPECT_EQ(a.value(), b.value());
}

TEST_F(DigestTest, TellsAMembersStreamThatIsLongMissingFromOneThatMoves) {
  for (Knower* knower : {&a, &b}) {
    knower->members.learn(member("c", 3));
    knower->value();
    knower->rounds(Digest::kQuietRounds);
  }
  EXPECT_EQ(a.value(), b.value()) << "nobody has it";
  EXPECT_TRUE(a.digest.depends_on(run(3)));
  a.hold(3, "c", 1);
  EXPECT_NE(a.value(), b.value());
  b.hold(3, "c", 2);
  EXPECT_EQ(a.value(), b.value());
}

TEST_F(DigestTest, DoesNotDependOnTheStreamOfAYoungMember) {
  a.members.learn(member("c", 3));
  const std::uint64_t before = a.value();
  EXPECT_FALSE(a.digest.depends_on(run(3)));
  a.hold(3, "c", 1);
  EXPECT_EQ(a.value(), before);
  EXPECT_TRUE(a.digest.depends_on(run(99))) << "whose it is nobody said";
}

}  // namespace
}  // namespace tally
