#include "cluster/recovery.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/cluster/support.h"

namespace tally {
namespace {

class RecoveryTest : public testing::Test {
 protected:
  // What is asked now: "b: marks", "b: stream 5 after 3".
  std::vector<std::string> next() {
    std::vector<std::string> questions;
    for (const Recovery::Question& question : recovery.next()) {
      std::string text = question.to.first.text() + ": ";
      if (question.stream) {
        text += "stream " + std::to_string(question.stream->high) + " after " +
                std::to_string(number(question.after));
      } else {
        text += "marks";
      }
      questions.push_back(text);
    }
    return questions;
  }

  static std::vector<Mark> marks(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& known) {
    std::vector<Mark> marks;
    for (const auto& [stream, mark] : known) {
      marks.push_back({run(stream), server("z"), Sequence{mark}, Sequence{mark}});
    }
    return marks;
  }

  void meet(const std::string& id, std::uint64_t its_run = 0) { recovery.meet(place_of(id), run(its_run)); }
  void told_marks(const std::string& id, const std::vector<Mark>& marks, std::uint64_t by_run = 0) {
    recovery.told_marks(place_of(id), run(by_run), marks);
  }

  void hold(std::uint64_t stream, std::uint64_t through) {
    ASSERT_TRUE(holdings.take(header(run(stream), "z", 0, through), {{"x", 1, Sequence{1}}}));
  }

  Names names;
  Holdings holdings{names.counting, server("a"), run(1)};
  Recovery recovery{holdings};
};

using Questions = std::vector<std::string>;

TEST_F(RecoveryTest, WithoutPeersThereIsNothingToWaitFor) {
  EXPECT_EQ(next(), Questions{});
  EXPECT_TRUE(recovery.settled());
}

TEST_F(RecoveryTest, EveryPeerIsAskedOnce) {
  meet("b");
  meet("c");
  meet("b");
  EXPECT_EQ(next(), (Questions{"b: marks", "c: marks"}));
  EXPECT_EQ(next(), Questions{});
  EXPECT_FALSE(recovery.settled());
  told_marks("b", {});
  recovery.failed(place_of("c"));
  EXPECT_EQ(next(), Questions{});
  EXPECT_TRUE(recovery.settled());
}

TEST_F(RecoveryTest, OnlyStreamsThatAPeerKnowsFurtherAreAskedFor) {
  hold(5, 3);
  hold(6, 3);
  meet("b");
  next();
  told_marks("b", marks({{5, 3}, {6, 8}, {7, 2}}));
  EXPECT_EQ(next(), (Questions{"b: stream 6 after 3"})) << "one question at a time";
  hold(6, 8);
  recovery.told_stream(place_of("b"), run(6));
  EXPECT_EQ(next(), (Questions{"b: stream 7 after 0"}));
  hold(7, 2);
  recovery.told_stream(place_of("b"), run(7));
  EXPECT_EQ(next(), Questions{});
  EXPECT_TRUE(recovery.settled());
}

TEST_F(RecoveryTest, AStreamComesFromOnePeerAtATime) {
  meet("b");
  meet("c");
  next();
  told_marks("b", marks({{5, 3}, {6, 3}}));
  told_marks("c", marks({{5, 4}, {6, 3}}));
  EXPECT_EQ(next(), (Questions{"b: stream 5 after 0", "c: stream 6 after 0"}));
  hold(5, 3);
  recovery.told_stream(place_of("b"), run(5));
  EXPECT_EQ(next(), Questions{}) << "b's other stream comes from c";
  hold(6, 3);
  recovery.told_stream(place_of("c"), run(6));
  EXPECT_EQ(next(), (Questions{"c: stream 5 after 3"})) << "c knows it further than b did";
  EXPECT_FALSE(recovery.settled());
}

TEST_F(RecoveryTest, WhatAFailedPeerDidNotBringComesFromAnother) {
  meet("b");
  meet("c");
  next();
  told_marks("b", marks({{5, 3}}));
  told_marks("c", marks({{5, 3}}));
  EXPECT_EQ(next(), (Questions{"b: stream 5 after 0"}));
  recovery.failed(place_of("b"));
  EXPECT_EQ(next(), (Questions{"c: stream 5 after 0"}));
}

TEST_F(RecoveryTest, WhatAShareBroughtMeanwhileIsNotAskedFor) {
  meet("b");
  next();
  told_marks("b", marks({{5, 3}}));
  hold(5, 3);
  EXPECT_EQ(next(), Questions{});
  EXPECT_TRUE(recovery.settled());
}

TEST_F(RecoveryTest, WhatWasRefusedIsNotAskedForAgain) {
  meet("b");
  next();
  told_marks("b", marks({{5, 3}}));
  next();
  recovery.told_stream(place_of("b"), run(5));
  EXPECT_EQ(next(), Questions{});
  EXPECT_TRUE(recovery.settled());
}

TEST_F(RecoveryTest, APeerThatIsMetAgainIsAskedAgain) {
  meet("b");
  next();
  recovery.failed(place_of("b"));
  meet("b");
  EXPECT_FALSE(recovery.settled());
  EXPECT_EQ(next(), (Questions{"b: marks"}));
}

// ---- a peer that starts again while it is being asked

TEST_F(RecoveryTest, ANewRunIsAskedWhenTheQuestionToTheOldOneFails) {
  meet("b", 2);
  EXPECT_EQ(next(), (Questions{"b: marks"}));
  meet("b", 22);
  EXPECT_EQ(next(), Questions{}) << "one question at a time";
  recovery.failed(place_of("b"));
  EXPECT_FALSE(recovery.settled());
  EXPECT_EQ(next(), (Questions{"b: marks"}));
  told_marks("b", {}, 22);
  EXPECT_EQ(next(), Questions{});
  EXPECT_TRUE(recovery.settled());
}

TEST_F(RecoveryTest, ANewRunIsAskedAlthoughTheOldOneStillAnswered) {
  meet("b", 2);
  next();
  meet("b", 22);
  told_marks("b", marks({{5, 3}}), 2);
  EXPECT_EQ(next(), (Questions{"b: marks"}));
  told_marks("b", marks({{6, 3}}), 22);
  EXPECT_EQ(next(), (Questions{"b: stream 6 after 0"}));
  meet("b", 222);
  recovery.told_stream(place_of("b"), run(6));
  EXPECT_EQ(next(), (Questions{"b: marks"}));
}

TEST_F(RecoveryTest, ANewRunThatAnswersForTheOldOneIsNotAskedAgain) {
  meet("b", 2);
  next();
  meet("b", 22);
  told_marks("b", {}, 22);
  EXPECT_EQ(next(), Questions{});
  EXPECT_TRUE(recovery.settled());
}

TEST_F(RecoveryTest, WhatAnOldRunKnewIsNotWaitedForWhenANewOneIsMet) {
  meet("b", 2);
  meet("c", 3);
  next();
  told_marks("b", marks({{5, 3}}), 2);
  told_marks("c", marks({{5, 4}}), 3);
  EXPECT_EQ(next(), (Questions{"b: stream 5 after 0"})) << "and c waits for it";
  meet("c", 33);
  EXPECT_EQ(next(), (Questions{"c: marks"}));
}

TEST_F(RecoveryTest, AnAnswerOfSomebodyWhoWasNotAskedChangesNothing) {
  told_marks("b", marks({{5, 3}}));
  recovery.told_stream(place_of("b"), run(5));
  EXPECT_EQ(next(), Questions{});
}

}  // namespace
}  // namespace tally
