#include "tests/e2e/terminal.h"

#include <array>
#include <csignal>
#include <cstdlib>

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include "base/check.h"
#include "net/boot_clock.h"
#include "tests/e2e/eventually.h"

namespace tally::e2e {

Terminal::Terminal(const std::vector<std::string>& command) {
  int ours = -1;
  int theirs = -1;
  const winsize size{24, 80, 0, 0};
  TALLY_CHECK(openpty(&ours, &theirs, nullptr, nullptr, &size) == 0);
  screen_ = FileDescriptor(ours);
  process_side_ = FileDescriptor(theirs);
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_ = fork();
  TALLY_CHECK(pid_ >= 0);
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ours);
    login_tty(theirs);
    setenv("TERM", "xterm", 1);
    execvp(words[0], words.data());
    _exit(127);
  }
}

Terminal::~Terminal() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool Terminal::read_more() {
  pollfd input{screen_.get(), POLLIN, 0};
  if (poll(&input, 1, static_cast<int>(to_ms_rounded_up(patience(seconds(20))))) != 1) return false;
  std::array<char, 4096> bytes{};
  const ssize_t count = read(screen_.get(), bytes.data(), bytes.size());
  if (count <= 0) return false;
  all_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

void Terminal::see(const std::string& text) {
  const Instant give_up = net::BootClock::now() + patience(seconds(20));
  while (all_.find(text, found_to_) == std::string::npos) {
    ASSERT_TRUE(net::BootClock::now() < give_up && read_more())
        << "waiting for '" << text << "', seen: " << all_.substr(found_to_);
  }
  found_to_ = all_.find(text, found_to_) + text.size();
}

void Terminal::type(std::string_view text) {
  ASSERT_EQ(write(screen_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

void Terminal::resize(unsigned short rows, unsigned short columns) {
  const winsize size{rows, columns, 0, 0};
  ioctl(screen_.get(), TIOCSWINSZ, &size);
}

void Terminal::signal(int number) { ::kill(pid_, number); }

int Terminal::wait() {
  int status = 0;
  const bool ended = eventually([&] { return waitpid(pid_, &status, WNOHANG) == pid_; });
  EXPECT_TRUE(ended) << all_;
  if (!ended) return -1;
  pid_ = -1;
  for (pollfd input{screen_.get(), POLLIN, 0}; poll(&input, 1, 0) == 1 && read_more();) {
  }
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

bool Terminal::is_as_shells_want_it() const {
  termios mode{};
  TALLY_CHECK(tcgetattr(process_side_.get(), &mode) == 0);
  return (mode.c_lflag & ICANON) != 0 && (mode.c_lflag & ECHO) != 0;
}

}  // namespace tally::e2e
