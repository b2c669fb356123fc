// The commands that look: ls, watch, top, doctor.
#include <algorithm>
#include <csignal>

#include <gtest/gtest.h>

#include "tests/e2e/cluster.h"
#include "tests/e2e/terminal.h"

namespace tally::e2e {
namespace {

std::vector<std::string> command(Cluster& cluster, std::vector<std::string> words) {
  words.insert(words.begin(), tally_program());
  words.insert(words.end(), {"--balancer", cluster.balancer().url().text()});
  return words;
}

TEST(Ls, ListsEveryCounterOfARealServer) {
  Cluster cluster({"a"});
  std::string input;
  std::string expected;
  for (int i = 0; i < 2100; ++i) {
    const std::string name = "n" + std::to_string(1000 + i);
    input += name + "\n";
    expected += name + "\t1\n";
  }
  ASSERT_EQ(cluster.tally({"count"}, {.input = input}).status, 0);
  ASSERT_EQ(cluster.tally({"add", "other", "-5"}).status, 0);
  const Finished all = cluster.tally({"ls", "n"});
  EXPECT_EQ(all.status, 0);
  EXPECT_EQ(all.out, expected);
  EXPECT_EQ(cluster.tally({"ls", "o", "-o", "json"}).out, "{\"name\":\"other\",\"value\":-5}\n");
  EXPECT_EQ(cluster.tally({"ls", "--by", "value", "--limit", "1", "n1"}).out, "n1000\t1\n");
  EXPECT_EQ(cluster.tally({"get", "--fresh", "other"}).out, "-5\n");
}

TEST(Watch, SaysEachChangeAndEndsWellByCtrlC) {
  Cluster cluster({"a"});
  Process watch(command(cluster, {"watch", "hits", "--every", "20ms"}));
  ASSERT_TRUE(eventually([&] { return watch.out() == "0\n"; }));
  ASSERT_EQ(cluster.tally({"add", "hits", "5"}).status, 0);
  ASSERT_TRUE(eventually([&] { return watch.out() == "0\n5\n"; })) << watch.out();
  watch.signal(SIGINT);
  EXPECT_EQ(watch.wait(), 0);
  EXPECT_EQ(watch.err(), "");
}

TEST(Watch, GoesOnWhenItsServerComesBack) {
  Cluster cluster({"a"});
  Process watch(command(cluster, {"watch", "hits", "--every", "20ms"}));
  ASSERT_TRUE(eventually([&] { return watch.out() == "0\n"; }));
  cluster.server("a").kill();
  ASSERT_TRUE(eventually([&] { return watch.err().find("Watching goes on.") != std::string::npos; }));
  cluster.server("a").start();
  ASSERT_TRUE(eventually([&] { return cluster.all_ready(); }));
  ASSERT_EQ(cluster.tally({"add", "hits"}).status, 0);
  EXPECT_TRUE(eventually([&] { return watch.out() == "0\n1\n"; })) << watch.out();
  EXPECT_EQ(std::ranges::count(watch.err(), '\n'), 1) << watch.err();
  watch.signal(SIGINT);
  EXPECT_EQ(watch.wait(), 0);
}

TEST(Top, WithoutATerminalPrintsOneTable) {
  Cluster cluster({"a", "b"});
  ASSERT_EQ(cluster.tally({"add", "hits", "5"}).status, 0);
  const Finished top = cluster.tally({"top"});
  EXPECT_EQ(top.status, 0) << top.err;
  EXPECT_TRUE(top.out.starts_with("Tally: 2 servers, 2 ready, ")) << top.out;
  EXPECT_NE(top.out.find("\nhits "), std::string::npos) << top.out;
  EXPECT_EQ(top.out.find('\033'), std::string::npos);
}

const std::string kEnter = "\033[?1049h";
const std::string kLeave = "\033[?1049l";

TEST(Top, OnATerminalIsLiveAndGivesItBackHoweverItEnds) {
  Cluster cluster({"a"});
  ASSERT_EQ(cluster.tally({"add", "hits", "5"}).status, 0);
  for (const int number : {0, SIGINT, SIGTERM, SIGHUP}) {
    SCOPED_TRACE(number);
    Terminal terminal(command(cluster, {"top", "--every", "50ms"}));
    terminal.see(kEnter);
    terminal.see("hits ");
    EXPECT_FALSE(terminal.is_as_shells_want_it());
    ASSERT_EQ(cluster.tally({"add", "hits"}).status, 0);
    terminal.see(" ready, ");  // and is drawn anew
    terminal.resize(3, 20);
    terminal.see("\u2026");
    if (number == 0) terminal.type("q");
    if (number != 0) terminal.signal(number);
    EXPECT_EQ(terminal.wait(), 0);
    EXPECT_TRUE(terminal.is_as_shells_want_it());
    EXPECT_TRUE(terminal.all().ends_with(kLeave)) << terminal.all();
  }
}

TEST(Top, OnATerminalWithoutAClusterSaysSoAndLeavesByQ) {
  const Ports nobody;
  Terminal terminal(
      {tally_program(), "top", "--balancer", "http://127.0.0.1:" + std::to_string(nobody.first())});
  terminal.see("cannot be reached");
  terminal.type("q");
  EXPECT_EQ(terminal.wait(), 0);
  EXPECT_TRUE(terminal.is_as_shells_want_it());
}

TEST(Watch, OnATerminalKeepsOneLine) {
  Cluster cluster({"a"});
  Terminal terminal(command(cluster, {"watch", "hits", "--every", "50ms"}));
  terminal.see("hits  0");
  ASSERT_EQ(cluster.tally({"add", "hits", "5"}).status, 0);
  terminal.see("\033[1A\rhits  5  ");
  terminal.type("\x03");
  EXPECT_EQ(terminal.wait(), 0);
}

TEST(Doctor, FindsAHealthyClusterFineAndADeadServerNot) {
  Cluster cluster({"a", "b"});
  EXPECT_TRUE(eventually([&] { return cluster.tally({"doctor"}).status == 0; }))
      << cluster.tally({"doctor"}).out;
  cluster.server("b").kill();
  EXPECT_TRUE(eventually([&] { return cluster.state("b") == "down"; }));
  const Finished ill = cluster.tally({"doctor"});
  EXPECT_EQ(ill.status, 1);
  EXPECT_NE(ill.out.find("fail  server b: It is down"), std::string::npos) << ill.out;
  EXPECT_NE(ill.out.find("ok    server a: It is ready"), std::string::npos) << ill.out;
  EXPECT_EQ(ill.out.find('\033'), std::string::npos);
  const Finished json = cluster.tally({"doctor", "--output", "json"});
  EXPECT_NE(json.out.find(R"({"result":"fail","check":"server","subject":"b",)"), std::string::npos)
      << json.out;
}

TEST(Doctor, FindsTwoServersOfOneId) {
  Cluster cluster({"a", "b"});
  Process clone(
      command(cluster, {"server", "--id", "a", "--listen", "127.0.0.1:0", "--share-interval", "100ms"}));
  EXPECT_TRUE(eventually([&] {
    return cluster.tally({"doctor"}).out.find("fail  identity a: Servers run under one id") !=
           std::string::npos;
  })) << cluster.tally({"doctor"}).out;
  clone.kill();
}

TEST(Doctor, WithoutABalancerSaysWhatToDo) {
  const Ports nobody;
  const Finished doctor =
      run({tally_program(), "doctor", "--balancer", "http://127.0.0.1:" + std::to_string(nobody.first())});
  EXPECT_EQ(doctor.status, 1);
  EXPECT_NE(doctor.out.find("Start it (tally balancer)"), std::string::npos) << doctor.out;
}

}  // namespace
}  // namespace tally::e2e
