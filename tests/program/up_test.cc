#include "program/up.h"

#include <csignal>
#include <cstdlib>
#include <sstream>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net/blocking_client.h"
#include "net/boot_clock.h"
#include "program/child_process.h"
#include "tests/e2e/ports.h"

namespace tally {
namespace {

constexpr int kPatienceMs = 20'000;

// Where e2e::Ports keeps everybody else away.
FileDescriptor listen_at(std::uint16_t port) {
  FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  return listen(socket.get(), 1) == 0 ? std::move(socket) : FileDescriptor();
}

bool answers(std::uint16_t port) {
  net::BlockingClient http(net::ClientLimits{});
  const auto answer = http.send({.method = "GET", .server = {"127.0.0.1", port}, .target = "/readyz"});
  return answer && answer->status == 200;
}

// A process that may be anybody's child, and whose end can be waited for.
class AnyProcess {
 public:
  explicit AnyProcess(pid_t pid) : fd_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {}
  bool ends() const {
    pollfd input{fd_.get(), POLLIN, 0};
    return fd_.get() < 0 || poll(&input, 1, kPatienceMs) == 1;  // no descriptor: it had ended before
  }

 private:
  FileDescriptor fd_;
};

// A running `tally up`.
class RunningUp {
 public:
  RunningUp(std::uint16_t port, unsigned servers)
      : process_(ChildProcess::start(FAKE_PROGRAMS, {"up", std::to_string(port), std::to_string(servers)})
                     .value()) {}

  // Reads until a line has `text` in it, and returns that line.
  std::string see(const std::string& text) {
    while (true) {
      while (!lines_.empty()) {
        const std::string line = lines_.front();
        lines_.erase(lines_.begin());
        seen_ += line + "\n";
        if (line.find(text) != std::string::npos) return line;
      }
      pollfd input{process_.output(), POLLIN, 0};
      if (process_.output() < 0 || poll(&input, 1, kPatienceMs) != 1) {
        ADD_FAILURE() << "waiting for '" << text << "', seen: " << seen_;
        return "";
      }
      lines_ = process_.read_lines();
    }
  }

  pid_t see_pid(const std::string& name) {
    const std::string line = see("  " + name + " ");
    return static_cast<pid_t>(std::stol(line.substr(line.rfind(' '))));
  }

  void signal(int number) { process_.signal(number); }

  // How it ended, once all that it wrote was read.
  std::string end() {
    pollfd input{process_.output(), POLLIN, 0};
    while (process_.output() >= 0 && poll(&input, 1, kPatienceMs) == 1) {
      for (const std::string& line : process_.read_lines()) seen_ += line + "\n";
    }
    EXPECT_TRUE(AnyProcess(process_.pid()).ends());
    return process_.poll_end().value().text;
  }

  const std::string& seen() const { return seen_; }

 private:
  ChildProcess process_;
  std::vector<std::string> lines_;
  std::string seen_;
};

TEST(Up, StartsAllSaysWhereTheyAreAndStopsAll) {
  const e2e::Ports ports(5);
  const std::uint16_t port = ports.first();
  RunningUp up(port, 2);
  up.see("Tally is up.");
  const AnyProcess balancer(up.see_pid("balancer"));
  const AnyProcess a(up.see_pid("a"));
  const AnyProcess b(up.see_pid("b"));
  up.see("/v1/counters/page-views");
  up.see("Ctrl-C");
  EXPECT_NE(up.seen().find("a        | serving\n"), std::string::npos) << up.seen();
  for (unsigned i = 0; i < 3; ++i) EXPECT_TRUE(answers(static_cast<std::uint16_t>(port + i)));
  up.signal(SIGTERM);
  EXPECT_EQ(up.end(), "exited with status 0") << up.seen();
  for (const AnyProcess* process : {&balancer, &a, &b}) EXPECT_TRUE(process->ends());
}

TEST(Up, ReportsAServerThatDiesWithTheCommandThatBringsItBack) {
  const e2e::Ports ports(5);
  const std::uint16_t port = ports.first();
  RunningUp up(port, 2);
  const pid_t a = up.see_pid("a");
  up.see("Ctrl-C");
  ASSERT_EQ(kill(a, SIGKILL), 0);
  const std::string report = up.see("was killed by signal 9");
  std::istringstream command(report.substr(report.find(": ", report.find("back with")) + 2));
  std::string program;
  std::string word;
  std::vector<std::string> arguments;
  command >> program;
  while (command >> word) arguments.push_back(word);
  auto again = ChildProcess::start(program, arguments).value();
  pollfd input{again.output(), POLLIN, 0};
  ASSERT_EQ(poll(&input, 1, kPatienceMs), 1);
  EXPECT_EQ(again.read_lines(), std::vector<std::string>{"serving"}) << report;
  EXPECT_TRUE(answers(static_cast<std::uint16_t>(port + 1)));
  again.signal(SIGTERM);
  up.signal(SIGINT);
  EXPECT_EQ(up.end(), "exited with status 0") << "who was killed before does not matter. " << up.seen();
  EXPECT_TRUE(AnyProcess(again.pid()).ends());
}

TEST(Up, WhenOneFailsToStartNoneIsLeft) {
  const e2e::Ports ports(7);
  const std::uint16_t port = ports.first();
  ASSERT_EQ(setenv("FAILING_SERVER", "b", 1), 0);
  RunningUp up(port, 3);
  EXPECT_EQ(up.end(), "exited with status 1");
  ASSERT_EQ(unsetenv("FAILING_SERVER"), 0);
  EXPECT_NE(up.seen().find("b        | this one fails"), std::string::npos) << up.seen();
  EXPECT_NE(up.seen().find("exited with status 3"), std::string::npos) << up.seen();
  EXPECT_EQ(up.seen().find("Tally is up"), std::string::npos) << up.seen();
  for (unsigned i = 0; i < 4; ++i) EXPECT_FALSE(answers(static_cast<std::uint16_t>(port + i)));
}

TEST(Up, APortInUseIsSaidBeforeAnythingStarts) {
  const e2e::Ports ports(5);
  const std::uint16_t port = ports.first();
  const FileDescriptor taken = listen_at(static_cast<std::uint16_t>(port + 1));
  ASSERT_GE(taken.get(), 0);
  RunningUp up(port, 2);
  EXPECT_EQ(up.end(), "exited with status 1");
  EXPECT_NE(up.seen().find("Port " + std::to_string(port + 1) + " for a is in use"), std::string::npos)
      << up.seen();
  EXPECT_EQ(up.seen().find("serving"), std::string::npos) << up.seen();
}

TEST(Up, KillsWhoeverIgnoresThatItIsToStopAndSaysSo) {
  const e2e::Ports ports(5);
  const std::uint16_t port = ports.first();
  RunningUp up(port, 2);
  const pid_t a = up.see_pid("a");
  up.see("Ctrl-C");
  ASSERT_EQ(kill(a, SIGSTOP), 0);
  const AnyProcess stopped(a);
  const Instant begin = net::BootClock::now();
  up.signal(SIGTERM);
  EXPECT_EQ(up.end(), "exited with status 1") << up.seen();
  EXPECT_LT(net::BootClock::now() - begin, std::chrono::seconds(10));
  EXPECT_TRUE(stopped.ends());
  EXPECT_NE(up.seen().find("a (pid " + std::to_string(a) + ") has not stopped within 9s, so it is killed"),
            std::string::npos)
      << up.seen();
}

TEST(Up, NothingOutlivesIt) {
  const e2e::Ports ports(3);
  const std::uint16_t port = ports.first();
  RunningUp up(port, 1);
  const AnyProcess balancer(up.see_pid("balancer"));
  const AnyProcess a(up.see_pid("a"));
  up.signal(SIGKILL);
  EXPECT_TRUE(balancer.ends());
  EXPECT_TRUE(a.ends());
  EXPECT_EQ(up.end(), "was killed by signal 9");
}

}  // namespace
}  // namespace tally
