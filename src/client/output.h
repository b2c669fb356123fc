// Where a command's answers go, and how they are written.
#pragma once

#include <cstdint>
#include <iosfwd>

namespace tally {

enum class OutputFormat : std::uint8_t {
  text,  // for people and shell scripts
  json,  // one object a line; docs/cli.md lists the fields
};

struct Output {
  std::ostream& out;
  std::ostream& err;
  OutputFormat format = OutputFormat::text;
  bool terminal = false;   // whether `out` is one
  bool at_prompt = false;  // Ctrl-C ends a long answer, not the program
};

}  // namespace tally
