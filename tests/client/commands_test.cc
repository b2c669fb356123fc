// The commands as people run them, over sockets.
#include "client/commands.h"

#include <csignal>
#include <cstdio>
#include <iostream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdio_ext.h>
#include <unistd.h>

#include "net/http_server.h"
#include "net/listener.h"
#include "net/loops.h"
#include "tests/client/fake_world.h"

namespace tally {
namespace {

// Serves a FakeWorld over HTTP: one address for its balancer and its servers, who all live behind it.
class Loopback final : public net::HttpHandler {
 public:
  explicit Loopback(FakeWorld& world) : world_(world), loops_(1) {
    auto acceptors = net::listen({"127.0.0.1", 0}, loops_).value();
    port_ = net::local_endpoint(acceptors[0]).port;
    world_.port_of_all = port_;
    server_ = std::make_unique<net::HttpServer>(loops_[0], std::move(acceptors[0]), *this, net::HttpLimits{},
                                                load_);
    threads_ = std::make_unique<net::LoopThreads>(loops_);
  }
  ~Loopback() override {
    threads_.reset();
    server_.reset();
  }

  ClientOptions client() const { return {{{"127.0.0.1", port_}}, "me@here"}; }

  void handle(const net::HttpRequest& request, net::HttpExchange& exchange) override {
    const bool about_counters = request.target.starts_with("/v1/counters");
    const auto answer =
        world_.answer({.method = request.method == Method::post ? "POST" : "GET",
                       .server = {"127.0.0.1", static_cast<std::uint16_t>(about_counters ? 7071 : 7070)},
                       .target = std::string(request.target),
                       .content_type = std::string(request.content_type),
                       .body = std::string(request.body)});
    if (answer) {
      exchange.send({answer->status, "application/json", answer->body, ""});
    } else {
      exchange.later(0);  // dropped at once: the connection is closed without an answer
    }
  }

  void refuse(const Error&, net::HttpExchange& exchange) override { exchange.send({400, "", "", ""}); }

 private:
  FakeWorld& world_;
  net::Loops loops_;
  net::ServerLoad load_;
  std::uint16_t port_ = 0;
  std::unique_ptr<net::HttpServer> server_;
  std::unique_ptr<net::LoopThreads> threads_;
};

struct Said {
  int exit_status;
  std::string out;
  std::string err;
};

template <class Command>
Said run(Command command) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int exit_status = command();
  std::string out = ::testing::internal::GetCapturedStdout();
  return {exit_status, std::move(out), ::testing::internal::GetCapturedStderr()};
}

// Puts `text` where standard input is, as long as it lives.
class StandardInput {
 public:
  explicit StandardInput(const std::string& text) : before_(dup(STDIN_FILENO)), file_(std::tmpfile()) {
    std::fwrite(text.data(), 1, text.size(), file_);
    std::rewind(file_);
    dup2(fileno(file_), STDIN_FILENO);
    __fpurge(stdin);  // what an earlier input left there
    std::clearerr(stdin);
    std::cin.clear();
  }
  ~StandardInput() {
    dup2(before_, STDIN_FILENO);
    close(before_);
    std::fclose(file_);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

 private:
  int before_;
  std::FILE* file_;
};

TEST(Commands, AddPrintsTheNewValueAndNothingElse) {
  FakeWorld world(1);
  const Loopback loopback(world);
  const Said said = run([&] { return run_ask({loopback.client(), AddCommand{"n", -3}}); });
  EXPECT_EQ(said.exit_status, 0);
  EXPECT_EQ(said.out, "-3\n");
  EXPECT_EQ(said.err, "");
}

TEST(Commands, GetPrintsOneValueOrALineForEachName) {
  FakeWorld world(1);
  const Loopback loopback(world);
  run([&] { return run_ask({loopback.client(), AddCommand{"n", 7}}); });
  EXPECT_EQ(run([&] { return run_ask({loopback.client(), GetCommand{{"n"}}}); }).out, "7\n");
  EXPECT_EQ(run([&] { return run_ask({loopback.client(), GetCommand{{"n", "m"}}}); }).out, "n\t7\nm\t0\n");
}

TEST(Commands, ServersPrintsATable) {
  FakeWorld world(1);
  const Loopback loopback(world);
  const Said said = run([&] { return run_ask({loopback.client(), ServersCommand{}}); });
  EXPECT_TRUE(said.out.starts_with("a  http://127.0.0.1:")) << said.out;
  EXPECT_TRUE(said.out.ends_with("  ready\n")) << said.out;
}

TEST(Commands, AFailureIsOneLineOnStderr) {
  FakeWorld world(1);
  const Loopback loopback(world);
  world.server("a").mood = Mood::counts_and_is_silent;
  const Said said = run([&] { return run_ask({loopback.client(), AddCommand{"n", 1}}); });
  EXPECT_EQ(said.exit_status, 1);
  EXPECT_EQ(said.out, "");
  EXPECT_TRUE(said.err.starts_with("tally: ")) << said.err;
  EXPECT_EQ(std::count(said.err.begin(), said.err.end(), '\n'), 1) << said.err;
  EXPECT_EQ(world.counted("n"), 1);
}

TEST(Commands, CountReadsStandardInput) {
  FakeWorld world(1);
  const Loopback loopback(world);
  const StandardInput input("x\ny\nx\n");
  const Said said = run([&] { return run_count({.client = loopback.client(), .prefix = "p/", .file = ""}); });
  EXPECT_EQ(said.exit_status, 0);
  EXPECT_TRUE(said.out.starts_with("3 lines counted by a in ")) << said.out;
  EXPECT_EQ(said.err, "");
  EXPECT_EQ(world.counted("p/x"), 2);
}

TEST(Commands, CtrlCEndsACountBetweenTwoBatchesAndSaysWhereToGoOn) {
  FakeWorld world(1);
  const Loopback loopback(world);
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "x\n";
  // `tally` has no other thread that the signal could reach.
  world.before_each_request = [&world, counting = pthread_self()] {
    if (world.counted("x") == 20'000) pthread_kill(counting, SIGINT);
  };
  const StandardInput input(text);
  const Said said = run([&] { return run_count({.client = loopback.client(), .prefix = "", .file = ""}); });
  EXPECT_EQ(said.exit_status, 1);
  EXPECT_TRUE(said.out.starts_with("30000 lines counted by a in ")) << said.out;
  EXPECT_NE(said.err.find("Interrupted. Nothing was counted from line 30001 on"), std::string::npos)
      << said.err;
  EXPECT_EQ(world.counted("x"), 30'000);
}

TEST(Commands, CountSaysWhichFileIsNotThere) {
  FakeWorld world(1);
  const Loopback loopback(world);
  const Said said =
      run([&] { return run_count({.client = loopback.client(), .prefix = "", .file = "/no/such"}); });
  EXPECT_EQ(said.exit_status, 1);
  EXPECT_NE(said.err.find("/no/such"), std::string::npos);
}

TEST(Commands, CountDoesNotReadAFolder) {
  FakeWorld world(1);
  const Loopback loopback(world);
  const Said said = run([&] { return run_count({.client = loopback.client(), .prefix = "", .file = "/"}); });
  EXPECT_EQ(said.exit_status, 1);
  EXPECT_EQ(said.err,
            "tally: The file / cannot be read: Is a directory. Name a file that you may read, or none for "
            "the standard input.\n");
}

TEST(Commands, TheShellReadsAPipeWithoutAPrompt) {
  FakeWorld world(1);
  const Loopback loopback(world);
  {
    const StandardInput input("add n 5\nget n\nquit\nadd n\n");
    const Said said = run([&] { return run_shell({loopback.client()}); });
    EXPECT_EQ(said.exit_status, 0);
    EXPECT_EQ(said.out, "5\n5\n");
    EXPECT_EQ(said.err, "");
  }
  {
    const StandardInput input("nonsense\nget n");
    const Said said = run([&] { return run_shell({loopback.client()}); });
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_EQ(said.out, "5\n");
  }
  EXPECT_EQ(world.counted("n"), 5);
}

}  // namespace
}  // namespace tally
