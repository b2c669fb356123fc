#include "program/child_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tally {

namespace {

constexpr int kCannotExecute = 127;
constexpr std::size_t kLongestLine = 64 * 1024;

// Between fork and exec: system calls only.
[[noreturn]] void become(char* const* arguments, int output, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(kCannotExecute);  // it was gone before prctl
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (nothing > STDERR_FILENO) close(nothing);
  execv(arguments[0], arguments);
  _exit(kCannotExecute);
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::string& program,
                                         const std::vector<std::string>& arguments) {
  std::vector<std::string> texts = arguments;
  texts.insert(texts.begin(), program);
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);

  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return Error{Errc::internal, std::string("No pipe for a new process: ") + std::strerror(errno) + "."};
  }
  FileDescriptor ours(ends[0]);
  const FileDescriptor theirs(ends[1]);
  fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(pointers.data(), theirs.get(), parent);
  if (pid < 0) return Error{Errc::internal, std::string("No new process: ") + std::strerror(errno) + "."};
  return ChildProcess(pid, std::move(ours));
}

std::vector<std::string> ChildProcess::read_lines() {
  std::vector<std::string> lines;
  const auto end_line = [&] { lines.push_back(std::exchange(partial_line_, {})); };
  std::array<char, 4096> bytes{};
  while (output_.get() >= 0) {
    const ssize_t count = read(output_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    if (count <= 0) {
      output_ = FileDescriptor();
      if (!partial_line_.empty()) end_line();
      break;
    }
    for (const char c : std::string_view(bytes.data(), static_cast<std::size_t>(count))) {
      if (c != '\n') partial_line_.push_back(c);
      if (c == '\n' || partial_line_.size() == kLongestLine) end_line();
    }
  }
  return lines;
}

void ChildProcess::signal(int number) const {
  if (running()) kill(pid_, number);
}

std::optional<ChildProcess::End> ChildProcess::poll_end() {
  int status = 0;
  if (!running() || waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  ended_ = true;
  if (WIFSIGNALED(status)) return End{false, "was killed by signal " + std::to_string(WTERMSIG(status))};
  return End{WEXITSTATUS(status) == 0, "exited with status " + std::to_string(WEXITSTATUS(status))};
}

}  // namespace tally
