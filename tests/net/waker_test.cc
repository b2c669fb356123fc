// Somebody who is woken at a time that moves.
#include "net/waker.h"

#include <gtest/gtest.h>

#include "net/boot_clock.h"

namespace tally::net {
namespace {

using std::chrono::hours;

class WakerTest : public testing::Test {
 protected:
  void run_until_woken(int times) {
    while (times_woken < times) ASSERT_EQ(loop.run_one(), 1U);
  }

  boost::asio::io_context loop;
  int times_woken = 0;
  Waker waker{loop, [this] { ++times_woken; }};
};

TEST_F(WakerTest, WakesOnceWhenTheTimeHasCome) {
  const Instant when = BootClock::now() + std::chrono::milliseconds(2);
  waker.at(when);
  run_until_woken(1);
  EXPECT_GE(BootClock::now(), when);
  EXPECT_EQ(loop.run(), 0U) << "nothing is set any more";
}

TEST_F(WakerTest, ATimeThatMovedOnWakesNobodyAtTheOldOne) {
  waker.at(BootClock::now());
  waker.at(BootClock::now() + hours(1));
  EXPECT_EQ(loop.run_one(), 1U) << "it looked";
  EXPECT_EQ(times_woken, 0);
  EXPECT_EQ(loop.poll(), 0U);
}

TEST_F(WakerTest, ATimeThatMovedForwardIsTheOneThatCounts) {
  waker.at(BootClock::now() + hours(1));
  waker.at(BootClock::now());
  run_until_woken(1);
  EXPECT_EQ(loop.poll(), 0U);
}

TEST_F(WakerTest, WhoIsWokenMayAskToBeWokenAgain) {
  Waker again(loop, [&] {
    if (++times_woken < 3) again.at(BootClock::now());
  });
  again.at(BootClock::now() - hours(1));
  run_until_woken(3);
  EXPECT_EQ(loop.run(), 0U);
}

}  // namespace
}  // namespace tally::net
