#include "tests/e2e/process.h"

#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"

namespace tally::e2e {

namespace {

constexpr int kCannotExecute = 127;

FileDescriptor memory_file(std::string_view content = {}) {
  FileDescriptor file(memfd_create("tally-e2e", MFD_CLOEXEC));
  TALLY_CHECK(file.get() >= 0);
  TALLY_CHECK(write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()));
  TALLY_CHECK(lseek(file.get(), 0, SEEK_SET) == 0);
  return file;
}

// pread: the offset is the writer's own.
std::string content_of(const FileDescriptor& file) {
  std::string content;
  char bytes[65536];
  while (true) {
    const ssize_t size = pread(file.get(), bytes, sizeof bytes, static_cast<off_t>(content.size()));
    if (size <= 0) return content;
    content.append(bytes, static_cast<std::size_t>(size));
  }
}

std::vector<std::string> environment_with(const std::vector<std::string>& more) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (std::strncmp(*entry, "TALLY_", 6) != 0) all.emplace_back(*entry);
  }
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Between fork and exec: system calls only.
[[noreturn]] void become(char* const* command, char* const* environment, int in, int out, int err,
                         pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kCannotExecute);  // it was gone before prctl
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  close_range(STDERR_FILENO + 1, ~0U, 0);  // the sockets of the test are no business of the process
  execvpe(command[0], command, environment);
  _exit(kCannotExecute);
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const ProcessOptions& options)
    : out_(memory_file()), err_(memory_file()) {
  std::signal(SIGPIPE, SIG_IGN);  // write() to a process that is gone
  for (const std::string& word : command) name_ += (name_.empty() ? "" : " ") + word;
  FileDescriptor in = memory_file(options.input);
  if (options.feed) {
    int ends[2];
    TALLY_CHECK(pipe2(ends, O_CLOEXEC) == 0);
    in = FileDescriptor(ends[0]);
    input_ = FileDescriptor(ends[1]);
  }
  std::vector<std::string> words = command;
  std::vector<std::string> variables = environment_with(options.environment);
  const std::vector<char*> word_pointers = pointers_to(words);
  const std::vector<char*> variable_pointers = pointers_to(variables);
  const pid_t parent = getpid();
  pid_ = fork();
  TALLY_CHECK(pid_ >= 0);
  if (pid_ == 0)
    become(word_pointers.data(), variable_pointers.data(), in.get(), out_.get(), err_.get(), parent);
}

Process::~Process() {
  const bool died = look() && !awaited_;
  kill();
  if (died) ADD_FAILURE() << name_ << " ended by itself: " << status_;
  if (testing::Test::HasFailure()) {
    std::string text = "---- " + name_ + "\n" + out() + err();
    constexpr std::size_t kEnough = 8000;
    if (text.size() > kEnough) text.replace(kEnough / 2, text.size() - kEnough, "\n[...]\n");
    std::fputs(text.c_str(), stderr);
  }
}

bool Process::look() {
  if (!ended_ && waitpid(pid_, &status_, WNOHANG) == pid_) {
    ended_ = true;
    status_ = WIFSIGNALED(status_) ? -WTERMSIG(status_) : WEXITSTATUS(status_);
  }
  return ended_;
}

bool Process::running() { return !look(); }

void Process::signal(int number) {
  if (!look()) ::kill(pid_, number);
}

void Process::kill() {
  signal(SIGKILL);
  TALLY_CHECK(eventually([this] { return look(); }));
  awaited_ = true;
}

int Process::wait(Duration limit) {
  awaited_ = true;
  if (!eventually([this] { return look(); }, limit)) {
    ADD_FAILURE() << name_ << " does not end within " << to_text(patience(limit));
    kill();
  }
  return status_;
}

std::string Process::out() const { return content_of(out_); }
std::string Process::err() const { return content_of(err_); }

void Process::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(input_.get(), text.data(), text.size());
    if (size <= 0) {
      ADD_FAILURE() << name_ << " does not read on";
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

Finished run(const std::vector<std::string>& command, const ProcessOptions& options, Duration limit) {
  Process process(command, options);
  const int status = process.wait(limit);
  return {status, process.out(), process.err()};
}

}  // namespace tally::e2e
