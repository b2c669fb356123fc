// The shell without its terminal: lines in, answers out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/failover_client.h"
#include "client/output.h"

namespace tally {

class ShellSession {
 public:
  // All outlive this.
  ShellSession(FailoverClient& client, const Output& output) : client_(client), output_(output) {}

  // Does what the line says. Answers go to `out`, failures, a line each, to `err`. False: it said quit, or
  // exit.
  bool run(std::string_view line);

  // Whether any line failed.
  bool failed() const { return failed_; }

  // What may follow the text before the cursor: its last word, as far as it is written, completed to the
  // words and names that begin with it. Blanks and quotes in names come out escaped. At most kMostCompletions
  // names.
  std::vector<std::string> completions(std::string_view before_cursor);

  static constexpr std::uint32_t kMostCompletions = 100;

 private:
  void fail(std::string_view detail);

  FailoverClient& client_;
  Output output_;
  bool failed_ = false;
};

// The last word of `before_cursor` as it stands there, escapes and all; empty behind a blank.
std::string_view word_at_cursor(std::string_view before_cursor);

}  // namespace tally
