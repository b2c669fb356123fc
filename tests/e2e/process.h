// A real process under test. It ends with the test at the latest, however the test ends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/duration.h"
#include "client/file_descriptor.h"
#include "tests/e2e/eventually.h"

namespace tally::e2e {

// The built program's path.
inline std::string tally_program() { return TALLY_PROGRAM; }

struct ProcessOptions {
  std::string input{};                     // what it reads, when `feed` is false
  bool feed = false;                       // what it reads comes from write(), until close_input()
  std::vector<std::string> environment{};  // "NAME=value", besides ours without its TALLY_* variables
};

// Started and destroyed by the thread that runs the test: the kernel kills the process when that thread ends.
// What it writes is kept in memory files, so it never waits for a reader.
class Process {
 public:
  // The first word is the program, looked up in PATH.
  explicit Process(const std::vector<std::string>& command, const ProcessOptions& options = {});
  // Kills it. A process that had ended by itself, without anybody waiting for that, fails the test.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool running();
  void signal(int number);

  // kill -9, and waits for the end.
  void kill();

  // The exit status; minus the signal that killed it. Fails the test, and kills it, when it does not end
  // within patience(limit).
  int wait(Duration limit = seconds(30));

  // What it has written so far.
  std::string out() const;
  std::string err() const;

  void write(std::string_view text);
  void close_input() { input_ = FileDescriptor(); }

 private:
  bool look();  // whether it has ended

  std::string name_;  // for people
  FileDescriptor out_;
  FileDescriptor err_;
  FileDescriptor input_;
  pid_t pid_ = -1;
  bool ended_ = false;
  bool awaited_ = false;
  int status_ = 0;
};

// A command that ends by itself.
struct Finished {
  int status;
  std::string out;
  std::string err;
};
Finished run(const std::vector<std::string>& command, const ProcessOptions& options = {},
             Duration limit = seconds(30));

}  // namespace tally::e2e
