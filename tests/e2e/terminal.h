// A real process on a terminal of its own, and what it draws there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/duration.h"
#include "client/file_descriptor.h"

namespace tally::e2e {

// Used by the thread that runs the test. The process ends with it at the latest.
class Terminal {
 public:
  // The first word is the program, looked up in PATH. 24 rows of 80 columns.
  explicit Terminal(const std::vector<std::string>& command);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Waits until `text` has appeared behind what was found before. Fails the test when it does not.
  void see(const std::string& text);
  void type(std::string_view text);
  void resize(unsigned short rows, unsigned short columns);
  void signal(int number);

  // The exit status; minus the signal that killed it. Reads all that it still wrote.
  int wait();

  // Whether keys are shown and lines are edited, as shells want it.
  bool is_as_shells_want_it() const;
  const std::string& all() const { return all_; }

 private:
  bool read_more();

  pid_t pid_ = -1;
  FileDescriptor screen_;
  FileDescriptor process_side_;  // kept open: its settings outlive the process
  std::string all_;
  std::size_t found_to_ = 0;
};

}  // namespace tally::e2e
