#include "net/listener.h"

#include <thread>

#include <gtest/gtest.h>
#include <sched.h>

namespace tally::net {
namespace {

TEST(Loops, CountOnlyProcessorsThatTheProcessMayUse) {
  EXPECT_GE(usable_processors(), 1U);
  unsigned seen = 0;
  std::thread pinned([&] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
    seen = usable_processors();
  });
  pinned.join();
  EXPECT_EQ(seen, 1U);
}

TEST(Listener, TellsWhichPortTheSystemChose) {
  Loops loops(3);
  const auto acceptors = listen({"127.0.0.1", 0}, loops).value();
  ASSERT_EQ(acceptors.size(), 3);
  const Endpoint endpoint = local_endpoint(acceptors[0]);
  EXPECT_EQ(endpoint.host, "127.0.0.1");
  EXPECT_NE(endpoint.port, 0);
  for (const auto& acceptor : acceptors) EXPECT_EQ(local_endpoint(acceptor), endpoint);
}

TEST(Listener, IsRefusedWhereAnotherListens) {
  Loops loops(1);
  const auto first = listen({"127.0.0.1", 0}, loops).value();
  const auto second = listen(local_endpoint(first[0]), loops);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::unavailable);
  EXPECT_NE(second.error().detail.find("another program already does"), std::string::npos);
}

TEST(Listener, MayFollowAnotherOnItsPort) {
  Loops loops(1);
  auto first = listen({"127.0.0.1", 0}, loops).value();
  const Endpoint endpoint = local_endpoint(first[0]);
  first.clear();
  EXPECT_TRUE(listen(endpoint, loops));
}

TEST(Listener, ListensByNameAndOnIpv6) {
  Loops loops(1);
  EXPECT_TRUE(listen({"localhost", 0}, loops));
  EXPECT_EQ(local_endpoint(listen({"::1", 0}, loops).value()[0]).host, "::1");
}

TEST(Listener, IsRefusedOnAnAddressOfAnotherMachine) {
  Loops loops(1);
  EXPECT_EQ(listen({"192.0.2.1", 0}, loops).error().code, Errc::invalid);
  EXPECT_EQ(listen({"no-such-host.invalid", 0}, loops).error().code, Errc::invalid);
}

}  // namespace
}  // namespace tally::net
