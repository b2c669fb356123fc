// A prompt on a terminal, with history and completion (libedit).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

class LineEditor {
 public:
  // Completions of the last word of what stands before the cursor, each in full.
  using Complete = std::function<std::vector<std::string>(std::string_view before_cursor)>;

  // Reads from and writes to the terminal of stdin and stdout. History is kept in `history_file`; empty:
  // nowhere.
  LineEditor(std::string prompt, std::string history_file, Complete complete);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // A line without its end; nothing after Ctrl-D. Ctrl-C drops the line and starts a new one.
  std::optional<std::string> read_line();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Where the shell's history is kept: $XDG_STATE_HOME/tally/history, else ~/.local/state/tally/history (XDG
// Base Directory Specification). The folder is made if it is not there. Empty if that cannot be.
std::string history_file();

}  // namespace tally
