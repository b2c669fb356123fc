#include "net/descriptors.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tally::net {
namespace {

rlimit now() {
  rlimit limit{};
  EXPECT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  return limit;
}

// In a process of its own, since a hard limit does not come back.
template <class Test>
void in_a_child(Test test) {
  const pid_t child = fork();
  if (child == 0) {
    test();
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(Descriptors, AreRaisedToWhatTheConnectionsNeedAndTheReserve) {
  in_a_child([] {
    const rlimit few{256, now().rlim_max};
    ASSERT_GE(few.rlim_max, 4096U);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    ConnectionLimits limits;
    limits.connections = 1000;
    EXPECT_EQ(make_room_for_connections(limits, 2), 1000U);
    EXPECT_GE(now().rlim_cur, 1000 + kReservedDescriptors);
    EXPECT_EQ(now().rlim_max, few.rlim_max);
  });
}

TEST(Descriptors, AreLeftAsTheyAreWhereThereAreMore) {
  in_a_child([] {
    const rlimit many{4000, now().rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &many), 0);
    ConnectionLimits limits;
    limits.connections = 10;
    EXPECT_EQ(make_room_for_connections(limits, 1), 10U);
    EXPECT_EQ(now().rlim_cur, 4000U);
  });
}

TEST(Descriptors, ThatCannotBeHadLeaveFewerConnectionsAndTheReserve) {
  in_a_child([] {
    const rlimit few{256, 1000};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    EXPECT_EQ(make_room_for_connections({}, 2), 500U);
    EXPECT_EQ(now().rlim_cur, 1000U) << "what can be had is taken";
    ConnectionLimits limits;
    limits.connections = 10;
    EXPECT_EQ(make_room_for_connections(limits, 2), 10U) << "never more than were asked for";
  });
}

TEST(Descriptors, AreForTheConnectionsOfAllServers) {
  in_a_child([] {
    ConnectionLimits limits;
    limits.connections = 1000;
    const rlimit few{256, now().rlim_max};
    ASSERT_GE(few.rlim_max, 4096U);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    EXPECT_EQ(make_room_for_connections(limits, 1, 2), 1000U);
    EXPECT_GE(now().rlim_cur, 2000 + kReservedDescriptors);
    const rlimit too_few{256, 1000};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &too_few), 0);
    EXPECT_EQ(make_room_for_connections(limits, 1, 2), 250U);
  });
}

}  // namespace
}  // namespace tally::net
