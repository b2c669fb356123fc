// Servers with a data folder: what they acknowledged is there again, whoever else is gone.
#include <csignal>

#include <gtest/gtest.h>

#include "tests/e2e/cluster.h"
#include "tests/e2e/load.h"
#include "tests/store/temporary_folder.h"

namespace tally::e2e {
namespace {

class OnDisk : public testing::Test {
 protected:
  Node& add(Cluster& cluster, const std::string& id) {
    return cluster.add(id, {"--data", (folder.path() / id).string()});
  }

  TemporaryFolder folder;
};

TEST_F(OnDisk, WhatWasAcknowledgedSurvivesTheDeathOfAllServersAtOnce) {
  Cluster cluster({});
  for (const char* id : {"a", "b"}) add(cluster, id);
  ASSERT_TRUE(eventually([&] { return cluster.ids().size() == 2 && cluster.all_ready(); }));
  Load on_a(cluster.balancer().url(), cluster.client_of("a"), "hits");
  Load on_b(cluster.balancer().url(), cluster.client_of("b"), "hits");
  ASSERT_TRUE(eventually([&] { return on_a.acknowledged() > 100 && on_b.acknowledged() > 100; }));
  for (const char* id : {"a", "b"}) cluster.server(id).kill();
  on_a.stop();
  on_b.stop();
  const Int128 acknowledged = on_a.acknowledged() + on_b.acknowledged();
  const Int128 unknown = on_a.unknown() + on_b.unknown();
  for (const char* id : {"a", "b"}) cluster.server(id).start();
  ASSERT_TRUE(eventually([&] { return cluster.all_ready(); }));
  std::optional<Int128> agreed;
  EXPECT_TRUE(eventually([&] {
    agreed = cluster.http().value(cluster.url("a"), "hits");
    return agreed && cluster.all_say("hits", *agreed) && *agreed >= acknowledged;
  })) << "they do not agree, or something acknowledged is missing";
  EXPECT_LE(*agreed, acknowledged + unknown) << "counted twice";
}

TEST_F(OnDisk, AServerComesUpWithItsCountThoughNobodyElseIsThere) {
  Cluster cluster({});
  Node& a = add(cluster, "a");
  ASSERT_TRUE(eventually([&] { return cluster.all_ready(); }));
  for (int i = 0; i < 5; ++i) ASSERT_EQ(cluster.http().add(a.url(), "hits", 2), 200U);
  cluster.balancer().kill();
  a.kill();
  a.start();
  ASSERT_TRUE(eventually([&] { return cluster.http().value(a.url(), "hits") == 10; }));
}

TEST_F(OnDisk, AWipedOneComesBackFromThePeers) {
  Cluster cluster({});
  for (const char* id : {"a", "b"}) add(cluster, id);
  ASSERT_TRUE(eventually([&] { return cluster.ids().size() == 2 && cluster.all_ready(); }));
  ASSERT_EQ(cluster.http().add(cluster.url("a"), "hits", 7), 200U);
  ASSERT_TRUE(eventually([&] { return cluster.all_say("hits", 7); }));
  cluster.server("a").kill();
  std::filesystem::remove_all(folder.path() / "a");
  cluster.server("a").start();
  ASSERT_TRUE(eventually([&] { return cluster.all_ready(); }));
  EXPECT_EQ(cluster.http().value(cluster.url("a"), "hits"), 7);
}

TEST_F(OnDisk, AStopThatReachesNobodySaysThatTheDiskHasIt) {
  Cluster cluster({});
  for (const char* id : {"a", "b"}) add(cluster, id);
  ASSERT_TRUE(eventually([&] { return cluster.ids().size() == 2 && cluster.all_ready(); }));
  cluster.server("b").kill();
  ASSERT_EQ(cluster.http().add(cluster.url("a"), "hits", 7), 200U);
  Process& a = cluster.server("a").process();
  a.signal(SIGTERM);
  EXPECT_EQ(a.wait(), 0);
  EXPECT_NE(a.out().find("are on this server's disk"), std::string::npos) << a.out();
  cluster.server("a").start();
  EXPECT_TRUE(eventually([&] { return cluster.http().value(cluster.url("a"), "hits") == 7; }));
}

TEST_F(OnDisk, TwoProcessesDoNotShareOneFolder) {
  Cluster cluster({});
  add(cluster, "a");
  ASSERT_TRUE(eventually([&] { return cluster.all_ready(); }));
  const Finished second = run({tally_program(), "server", "--id", "b", "--listen", "127.0.0.1:0", "--data",
                               (folder.path() / "a").string()});
  EXPECT_EQ(second.status, 1);
  EXPECT_NE(second.err.find("in use"), std::string::npos) << second.err;
}

}  // namespace
}  // namespace tally::e2e
