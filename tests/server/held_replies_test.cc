// Replies of one connection that wait, and their order.
#include "server/held_replies.h"

#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "base/random.h"

namespace tally {
namespace {

using std::chrono::seconds;

constexpr net::Hold kFive{0, 5};
constexpr net::Hold kSix{0, 6};
constexpr net::Hold kTwoPeers{2, 1};

class HeldRepliesTest : public testing::Test {
 protected:
  void let_pass(const std::string& reply) {
    replies_.tail(out_) += reply;
    replies_.let_pass();
  }
  void hold(const std::string& reply, net::Hold until, Instant late = Instant(seconds(2))) {
    std::string& tail = replies_.tail(out_);
    const std::size_t from = tail.size();
    tail += reply;
    replies_.hold(out_, from, until, late);
  }
  // What leaves.
  std::string release(Instant now = Instant(seconds(1))) {
    replies_.release(out_, holds_, now, [](std::string& out, net::Hold hold) {
      out += "late" + std::to_string(hold.gate) + "/" + std::to_string(hold.number) + " ";
    });
    return std::exchange(out_, {});
  }

  boost::asio::io_context loop_;
  net::Holds holds_{loop_, seconds(2)};
  HeldReplies replies_;
  std::string out_;
};

TEST_F(HeldRepliesTest, LeaveAtOnceWhileNoneIsHeld) {
  let_pass("a ");
  let_pass("b ");
  EXPECT_TRUE(replies_.empty());
  EXPECT_EQ(out_, "a b ");
}

TEST_F(HeldRepliesTest, AHeldOneLetsThoseBeforeItGo) {
  let_pass("a ");
  hold("b ", kFive);
  EXPECT_EQ(release(), "a ");
  EXPECT_EQ(replies_.size(), 1U);
  holds_.open({5});
  EXPECT_EQ(release(), "b ");
  EXPECT_TRUE(replies_.empty());
}

TEST_F(HeldRepliesTest, ThoseBehindAHeldOneWaitForItAndForNothingElse) {
  hold("a ", kFive);
  let_pass("b ");
  let_pass("c ");
  hold("d ", kSix);
  let_pass("e ");
  EXPECT_EQ(replies_.size(), 5U);
  EXPECT_EQ(release(), "");
  holds_.open({5});
  EXPECT_EQ(release(), "a b c ");
  EXPECT_EQ(replies_.size(), 2U);
  holds_.open({6});
  EXPECT_EQ(release(), "d e ");
}

TEST_F(HeldRepliesTest, OfLateOnesAnotherReplyLeavesForEach) {
  hold("a ", kFive, Instant(seconds(3)));
  hold("b ", kFive, Instant(seconds(3)));
  let_pass("c ");
  hold("d ", kTwoPeers, Instant(seconds(4)));
  EXPECT_EQ(replies_.late(), Instant(seconds(3)));
  EXPECT_EQ(release(Instant(seconds(3))), "late0/5 late0/5 c ");
  EXPECT_EQ(replies_.late(), Instant(seconds(4)));
  EXPECT_EQ(release(Instant(seconds(4))), "late2/1 ");
  EXPECT_EQ(replies_.late(), Instant::max());
}

TEST_F(HeldRepliesTest, WhatIsOpenIsNotLateHoweverLongItStoodBehindAnother) {
  holds_.open({0, 0, 1});
  hold("a ", kFive, Instant(seconds(3)));
  hold("b ", kTwoPeers, Instant(seconds(3)));
  EXPECT_EQ(release(Instant(seconds(9))), "late0/5 b ");
}

// The twin: a list of replies that are looked at one by one.
TEST_F(HeldRepliesTest, LeaveAsTheyWouldOneByOne) {
  Random random(5);
  std::vector<std::pair<std::string, std::uint64_t>> twin;  // 0: not held
  std::size_t gone = 0;
  std::uint64_t ticket = 1;
  std::uint64_t open = 0;
  std::string expected;
  std::string left;
  for (int step = 0; step < 20'000; ++step) {
    const std::string reply = std::to_string(step) + (random.chance(1) ? std::string(20'000, 'x') : " ");
    if (random.chance(70)) {
      hold(reply, {0, ticket});
      twin.emplace_back(reply, ticket);
    } else {
      let_pass(reply);
      twin.emplace_back(reply, 0);
    }
    if (random.chance(5)) ++ticket;
    if (random.chance(3)) {
      open = open + random.below(ticket - open + 1);
      holds_.open({open});
    }
    left += release();
    for (; gone < twin.size() && twin[gone].second <= open; ++gone) expected += twin[gone].first;
    ASSERT_EQ(left, expected) << "after step " << step;
    ASSERT_EQ(replies_.size(), twin.size() - gone);
    left.clear();
    expected.clear();
  }
}

}  // namespace
}  // namespace tally
