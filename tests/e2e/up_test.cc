// `tally up`, and the commands of a person who tries it.
#include <csignal>

#include <gtest/gtest.h>

#include "tests/e2e/http.h"
#include "tests/e2e/ports.h"
#include "tests/e2e/process.h"

namespace tally::e2e {
namespace {

class Up : public testing::Test {
 protected:
  Up() {
    EXPECT_TRUE(eventually([this] { return up_.out().find("Ctrl-C stops all.") != std::string::npos; }));
  }

  std::string url(int offset = 0) const {
    return "http://127.0.0.1:" + std::to_string(ports_.first() + offset);
  }

  Finished tally(std::vector<std::string> words, const ProcessOptions& options = {}) {
    words.insert(words.begin(), tally_program());
    words.insert(words.end(), {"--balancer", url()});
    return run(words, options);
  }

  // As the hello names it: "  a         http://127.0.0.1:7071  pid 4711".
  pid_t pid_of(int offset) const {
    const std::string hello = up_.out();
    const std::string before = url(offset) + "  pid ";
    return static_cast<pid_t>(std::stol(hello.substr(hello.find(before) + before.size())));
  }

  Ports ports_{5};
  Process up_{{tally_program(), "up", "--servers", "2", "--share-interval", "100ms", "--port",
               std::to_string(ports_.first()), "--resp-port", std::to_string(ports_.first() + 3)}};
};

bool runs(pid_t pid) { return ::kill(pid, 0) == 0; }

TEST_F(Up, CountsForWhoeverFollowsItsHello) {
  const Finished added = tally({"add", "page-views"});
  EXPECT_EQ(added.out, "1\n");
  EXPECT_EQ(added.err, "");
  EXPECT_EQ(added.status, 0);
  EXPECT_EQ(tally({"add", "page-views", "5"}).out, "6\n");
  EXPECT_EQ(tally({"add", "page-views", "-3"}).out, "3\n");
  EXPECT_EQ(tally({"get", "page-views"}).out, "3\n");
  EXPECT_EQ(tally({"get", "page-views", "nobody"}).out, "page-views\t3\nnobody\t0\n");
  EXPECT_EQ(tally({"servers"}).out, "a  " + url(1) + "  ready\nb  " + url(2) + "  ready\n");

  const Finished counted = tally({"count", "--prefix", "w/"}, {.input = "x\n\ny\nx\n"});
  EXPECT_EQ(counted.status, 0);
  EXPECT_TRUE(counted.out.starts_with("3 lines counted by ")) << counted.out;
  EXPECT_EQ(tally({"get", "w/x", "w/y"}).out, "w/x\t2\nw/y\t1\n");

  const Finished shell =
      tally({"shell"}, {.input = "add \"page views\" 7\nget \"page views\" w/x\nservers\nquit\n"});
  EXPECT_EQ(shell.status, 0);
  EXPECT_EQ(shell.out, "7\npage views\t7\nw/x\t2\na  " + url(1) + "  ready\nb  " + url(2) + "  ready\n");
  EXPECT_EQ(shell.err, "");

  const Finished curl = run({"curl", "-sS", "-L", "-X", "POST", url() + "/v1/counters/curled"});
  EXPECT_EQ(curl.out, R"({"name":"curled","value":1,"ack":"memory"})");

  const Finished refused = tally({"add", "page-views", "9223372036854775807"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_TRUE(refused.err.starts_with("tally: ")) << refused.err;

  // Every person's commands reach both servers.
  Http http;
  EXPECT_TRUE(eventually([&] {
    return http.value(net::Url::parse(url(1)).value(), "page-views") == 3 &&
           http.value(net::Url::parse(url(2)).value(), "page-views") == 3;
  }));
}

TEST_F(Up, StopsEverythingWithinTenSeconds) {
  const pid_t pids[] = {pid_of(0), pid_of(1), pid_of(2)};
  for (const pid_t pid : pids) EXPECT_TRUE(runs(pid));
  ASSERT_EQ(tally({"add", "hits"}).status, 0);
  up_.signal(SIGTERM);
  EXPECT_EQ(up_.wait(seconds(10)), 0) << up_.err();
  for (const pid_t pid : pids) EXPECT_FALSE(runs(pid));
}

TEST_F(Up, LeavesNothingBehindWhenItIsKilled) {
  const pid_t pids[] = {pid_of(0), pid_of(1), pid_of(2)};
  up_.kill();
  for (const pid_t pid : pids) EXPECT_TRUE(eventually([pid] { return !runs(pid); }));
}

TEST_F(Up, SaysHowToBringBackAServerThatDied) {
  ASSERT_EQ(tally({"add", "hits", "5"}).status, 0);
  Http http;
  for (const int offset : {1, 2}) {
    ASSERT_TRUE(eventually([&] { return http.value(net::Url::parse(url(offset)).value(), "hits") == 5; }));
  }
  ::kill(pid_of(1), SIGKILL);
  const std::string begin = "Bring it back with: ";
  ASSERT_TRUE(eventually([&] { return up_.err().find(begin) != std::string::npos; }));
  EXPECT_EQ(tally({"add", "hits"}).out, "6\n") << "the other server goes on";

  std::string command = up_.err().substr(up_.err().find(begin) + begin.size());
  command.resize(command.find('\n'));
  Process back({"sh", "-c", "exec " + command});
  EXPECT_TRUE(eventually([&] { return http.value(net::Url::parse(url(1)).value(), "hits") == 6; }));

  back.signal(SIGTERM);
  EXPECT_EQ(back.wait(seconds(10)), 0);
}

TEST_F(Up, RefusesToRunTwiceOnTheSamePorts) {
  const Finished second = run({tally_program(), "up", "--port", std::to_string(ports_.first())});
  EXPECT_EQ(second.status, 1);
  EXPECT_NE(second.err.find("is in use"), std::string::npos) << second.err;
  EXPECT_EQ(tally({"add", "hits"}).out, "1\n") << "the first goes on";
}

}  // namespace
}  // namespace tally::e2e
