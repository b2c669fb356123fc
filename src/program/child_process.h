// A process that lives no longer than this one, and what it writes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "client/file_descriptor.h"

namespace tally {

class ChildProcess {
 public:
  // Runs `program` with `arguments` (without its name) in a process group of its own, so that a terminal's
  // Ctrl-C reaches only us, with no signal blocked, nothing to read, and all that it writes coming here. When
  // the thread that called this ends, however that happens, the child gets SIGTERM.
  static Result<ChildProcess> start(const std::string& program, const std::vector<std::string>& arguments);

  pid_t pid() const { return pid_; }
  bool running() const { return !ended_; }

  // To poll for POLLIN, then read_lines(). -1 once the child has closed it.
  int output() const { return output_.get(); }

  // The whole lines that came since, without their ends; does not wait. What follows the last one at the end
  // of the output is a line too.
  std::vector<std::string> read_lines();

  // Does nothing once it has ended.
  void signal(int number) const;

  // How it ended, once, when it has: "exited with status 1" or "was killed by signal 9". Does not wait.
  struct End {
    bool clean;  // status 0
    std::string text;
  };
  std::optional<End> poll_end();

 private:
  ChildProcess(pid_t pid, FileDescriptor output) : pid_(pid), output_(std::move(output)) {}

  pid_t pid_;
  FileDescriptor output_;
  std::string partial_line_;
  bool ended_ = false;
};

}  // namespace tally
