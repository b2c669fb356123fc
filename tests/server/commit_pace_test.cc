#include "server/commit_pace.h"

#include <chrono>

#include <gtest/gtest.h>

namespace tally {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class CommitPaceTest : public testing::Test {
 protected:
  // A commit for all that wait, which takes so long.
  void commit(Duration duration) {
    EXPECT_EQ(pace.due(now), now);
    pace.gathered();
    pace.begun(now);
    now += duration;
    pace.ended(now);
  }

  CommitPace pace;
  Instant now{seconds(100)};
};

TEST_F(CommitPaceTest, TheFirstToWaitIsCommittedAtOnce) {
  EXPECT_EQ(pace.due(now), std::nullopt);
  EXPECT_TRUE(pace.arrived(1));
  EXPECT_EQ(pace.due(now), now);
}

TEST_F(CommitPaceTest, OneClientThatWaitsForEachReplyNeverWaitsForMore) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(pace.arrived(1));
    commit(milliseconds(1));
    EXPECT_EQ(pace.due(now), std::nullopt) << "nobody waits";
  }
}

TEST_F(CommitPaceTest, TwoCrowdsBecomeOne) {
  pace.arrived(20);
  EXPECT_EQ(pace.due(now), now);
  pace.gathered();
  pace.begun(now);
  EXPECT_FALSE(pace.arrived(30)) << "a commit is under way";
  EXPECT_EQ(pace.due(now), std::nullopt);
  now += milliseconds(1);
  pace.ended(now);
  EXPECT_EQ(pace.due(now), now + milliseconds(2)) << "20 are let go, and will come again";
  EXPECT_FALSE(pace.arrived(19));
  EXPECT_TRUE(pace.arrived(1));
  commit(milliseconds(1));
  EXPECT_FALSE(pace.arrived(49));
  EXPECT_TRUE(pace.arrived(1)) << "all 50 come together from now on";
}

TEST_F(CommitPaceTest, WhereNothingWasLeftToCommitTheNextIsCommittedAtOnce) {
  pace.arrived(50);
  commit(milliseconds(1));
  pace.arrived(50);
  EXPECT_EQ(pace.due(now), now);
  pace.gathered();
  EXPECT_TRUE(pace.arrived(1)) << "a commit that was not asked for had taken the 50 along";
  EXPECT_EQ(pace.due(now), now);
}

TEST_F(CommitPaceTest, WhoeverDoesNotComeAgainIsNotWaitedForLong) {
  pace.arrived(50);
  commit(milliseconds(1));
  EXPECT_FALSE(pace.arrived(3));
  const Instant until = now + milliseconds(2);
  EXPECT_EQ(pace.due(now), until);
  now = until;
  commit(milliseconds(1));
  EXPECT_TRUE(pace.arrived(3)) << "three are what is expected now";
}

TEST_F(CommitPaceTest, AFewAreNotWaitedFor) {
  pace.arrived(2);
  EXPECT_EQ(pace.due(now), now);
  pace.gathered();
  pace.begun(now);
  pace.arrived(1);
  now += milliseconds(1);
  pace.ended(now);
  EXPECT_EQ(pace.due(now), now) << "one is there, and two may come again";
}

TEST_F(CommitPaceTest, ASlowDiskDelaysTheNextCommitByMillisecondsAtMost) {
  pace.arrived(50);
  commit(seconds(30));
  pace.arrived(1);
  EXPECT_EQ(pace.due(now), now + milliseconds(5));
}

TEST_F(CommitPaceTest, AfterAPauseTheFirstIsCommittedAtOnceAgain) {
  pace.arrived(50);
  commit(milliseconds(1));
  now += milliseconds(2);
  EXPECT_EQ(pace.due(now), std::nullopt) << "as it is asked when its patience ends";
  EXPECT_TRUE(pace.arrived(1));
  EXPECT_EQ(pace.due(now), now);
}

TEST_F(CommitPaceTest, ACommitThatNobodyWaitedForKeepsNobodyWaiting) {
  pace.begun(now);
  EXPECT_FALSE(pace.arrived(1));
  now += microseconds(100);
  pace.ended(now);
  EXPECT_EQ(pace.due(now), now);
}

}  // namespace
}  // namespace tally
