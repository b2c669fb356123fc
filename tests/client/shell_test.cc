#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "client/commands.h"
#include "client/complain.h"
#include "client/file_descriptor.h"
#include "client/line_editor.h"
#include "client/shell_session.h"
#include "tests/client/fake_world.h"

namespace tally {
namespace {

// A conversation: every line of `said`, and what came of it.
std::string transcript(FakeWorld& world, const std::vector<std::string>& said) {
  FailoverClient client = world.client();
  std::ostringstream answers;
  ShellSession session(client, {answers, answers});
  for (const std::string& line : said) {
    answers << "> " << line << "\n";
    if (!session.run(line)) answers << "(it left)\n";
  }
  return answers.str();
}

TEST(ShellSession, SpeaksTheWordsOfTheCommands) {
  FakeWorld world(2);
  EXPECT_EQ(transcript(world, {"add page-views", "add page-views 41", "add page-views -2", "get page-views",
                               "", "get page-views 'nobody here'", "add \"two words\" 7", "servers", "quit"}),
            "> add page-views\n"
            "1\n"
            "> add page-views 41\n"
            "42\n"
            "> add page-views -2\n"
            "40\n"
            "> get page-views\n"
            "40\n"
            "> \n"
            "> get page-views 'nobody here'\n"
            "page-views\t40\n"
            "nobody here\t0\n"
            "> add \"two words\" 7\n"
            "7\n"
            "> servers\n"
            "a  http://127.0.0.1:7071  ready\n"
            "b  http://127.0.0.1:7072  ready\n"
            "> quit\n"
            "(it left)\n");
}

TEST(ShellSession, AMistakeIsOneLineAndNotTheEnd) {
  FakeWorld world(1);
  FailoverClient client = world.client();
  std::ostringstream out;
  std::ostringstream err;
  ShellSession session(client, {out, err});
  for (const char* line :
       {"set x 1", "add", "add x y", "get", "get 'x", "servers now", "quit now", "help me"}) {
    err.str("");
    EXPECT_TRUE(session.run(line)) << line;
    const std::string said = err.str();
    EXPECT_TRUE(said.starts_with("tally: ")) << line;
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << line;
    EXPECT_TRUE(said.ends_with(".\n")) << said;
    EXPECT_EQ(said.find("] '"), std::string::npos) << "two sentences without a stop between: " << said;
    EXPECT_EQ(said.find("... '"), std::string::npos) << "two sentences without a stop between: " << said;
    EXPECT_EQ(said.find("There is no 'quit'"), std::string::npos) << said;
  }
  EXPECT_TRUE(session.failed());
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(world.counted("x"), 0);
}

TEST(ShellSession, WhatAServerSaysCannotMoveTheCursor) {
  FakeWorld world(1);
  FailoverClient client = world.client();
  std::ostringstream err;
  ShellSession session(client, {err, err});
  session.run("get \"\x1b[2J\"");
  EXPECT_EQ(err.str().find('\x1b'), std::string::npos);
}

TEST(Complain, WritesOneLineOfHarmlessText) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"two\nlines", "tally: two lines\n"},
      {"\x1b[2J\x7f", "tally:  [2J \n"},
      {"a gr\u00fcn \u00a0b \u00c2\u009b2J\u0080", "tally: a gr\u00fcn \u00a0b \u00c2 2J \n"},
      {"\xff \xc3\x9b.", "tally: ? ??.\n"},
  };
  for (const auto& [text, line] : cases) {
    std::ostringstream err;
    complain(err, text);
    EXPECT_EQ(err.str(), line);
  }
}

TEST(ShellSession, CompletesWordsAndNames) {
  FakeWorld world(1);
  FailoverClient client = world.client();
  for (const char* name : {"page", "page views", "it's", "other"}) ASSERT_TRUE(client.add(name));
  std::ostringstream out;
  ShellSession session(client, {out, out});
  using Texts = std::vector<std::string>;
  EXPECT_EQ(session.completions(""), (Texts{"add", "exit", "get", "help", "ls", "quit", "servers", "watch"}));
  EXPECT_EQ(session.completions("s"), (Texts{"servers"}));
  EXPECT_EQ(session.completions("  g"), (Texts{"get"}));
  EXPECT_EQ(session.completions("get pa"), (Texts{"page", "page\\ views"}));
  EXPECT_EQ(session.completions("add page\\ "), (Texts{"page\\ views"}));
  EXPECT_EQ(session.completions("get i"), (Texts{"it\\'s"}));
  EXPECT_EQ(session.completions("get page o"), (Texts{"other"}));
  EXPECT_EQ(session.completions("add page "), (Texts{})) << "a DELTA has no names";
  EXPECT_EQ(session.completions("servers "), (Texts{}));
  EXPECT_EQ(session.completions("get \"pa"), (Texts{}));
  world.server("a").mood = Mood::refuses_connections;
  EXPECT_EQ(session.completions("get pa"), (Texts{}));
  EXPECT_EQ(out.str(), "");
}

// A terminal with a program on it.
class Terminal {
 public:
  explicit Terminal(const std::function<void()>& program) {
    int fd = -1;
    child_ = forkpty(&fd, nullptr, nullptr, nullptr);
    if (child_ == 0) {
      program();
      std::_Exit(0);
    }
    screen_ = FileDescriptor(fd);
  }
  ~Terminal() {
    if (child_ > 0) exit_status();
  }

  // At the next prompt, once the editor has the terminal: before, Ctrl-C and Ctrl-D would be the terminal's.
  void type(std::string_view text) {
    see("tally> ");
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    termios mode{};
    while (tcgetattr(screen_.get(), &mode) == 0 && (mode.c_lflag & ICANON) != 0) {
      ASSERT_LT(std::chrono::steady_clock::now(), give_up);
      std::this_thread::yield();
    }
    ASSERT_EQ(write(screen_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  // Reads until `text` has appeared behind what was found before; fails when nothing comes for ten seconds.
  void see(const std::string& text) {
    while (seen_.find(text) == std::string::npos) {
      pollfd input{screen_.get(), POLLIN, 0};
      ASSERT_EQ(poll(&input, 1, 10'000), 1) << "waiting for '" << text << "', seen: " << seen_;
      std::array<char, 1024> bytes{};
      const ssize_t count = read(screen_.get(), bytes.data(), bytes.size());
      ASSERT_GT(count, 0) << "waiting for '" << text << "', seen: " << seen_;
      seen_.append(bytes.data(), static_cast<std::size_t>(count));
    }
    seen_.erase(0, seen_.find(text) + text.size());
  }

  // Waits for its end; closes the terminal on whoever does not come to one.
  int exit_status() {
    pollfd input{screen_.get(), POLLIN, 0};
    std::array<char, 1024> bytes{};
    while (poll(&input, 1, 10'000) == 1 && read(screen_.get(), bytes.data(), bytes.size()) > 0) {
    }
    screen_ = FileDescriptor();
    int status = -1;
    waitpid(std::exchange(child_, -1), &status, 0);
    return status;
  }

 private:
  FileDescriptor screen_;
  pid_t child_ = -1;
  std::string seen_;
};

TEST(LineEditor, EditsCompletesRemembersAndLeavesOnATerminal) {
  const auto folder = std::filesystem::temp_directory_path() / ("tally-shell-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string history = folder / "history";
  Terminal terminal([&history] {
    LineEditor editor("tally> ", history, [](std::string_view before) -> std::vector<std::string> {
      if (before == "ge") return {"get"};
      if (before == "get p") return {"page-a", "page-b"};
      return {};
    });
    while (const auto line = editor.read_line()) {
      std::printf("said <%s>\n", line->c_str());
      std::fflush(stdout);
    }
    std::printf("left\n");
    std::fflush(stdout);
  });
  terminal.type("ge\tx\n");  // the word and a blank
  terminal.see("said <get x>");
  terminal.type("get p\tb\n");  // as far as they agree
  terminal.see("said <get page-b>");
  terminal.type("to be dropped\x03");
  terminal.see("^C");
  terminal.type("after\n");
  terminal.see("said <after>");
  terminal.type("\x1b[A\x1b[A\n");  // twice up
  terminal.see("said <get page-b>");
  terminal.type("\x04");
  terminal.see("left");
  EXPECT_EQ(terminal.exit_status(), 0);

  Terminal next([&history] {
    LineEditor editor("tally> ", history, [](std::string_view) { return std::vector<std::string>{}; });
    std::printf("said <%s>\n", editor.read_line().value_or("nothing").c_str());
    std::fflush(stdout);
  });
  next.type("\x1b[A\n");
  next.see("said <get page-b>");
  EXPECT_EQ(next.exit_status(), 0);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tally
