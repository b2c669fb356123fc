#include <iostream>
#include <string>

#include <unistd.h>

#include "client/commands.h"
#include "client/line_editor.h"
#include "client/shell_session.h"

namespace tally {

namespace {

void converse(ShellSession& session) {
  std::cout << "Tally: 'help' says what to write, Ctrl-D leaves." << std::endl;
  LineEditor editor("tally> ", history_file(),
                    [&session](std::string_view text) { return session.completions(text); });
  while (true) {
    const auto line = editor.read_line();
    if (!line) {
      std::cout << std::endl;
      return;
    }
    if (!session.run(*line)) return;
  }
}

}  // namespace

int run_shell(const ShellOptions& options) {
  FailoverClient client(options.client);
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  const bool at_prompt = terminal && isatty(STDIN_FILENO) != 0;
  ShellSession session(client, {std::cout, std::cerr, OutputFormat::text, terminal, at_prompt});
  if (at_prompt) {
    converse(session);
    return 0;
  }
  std::string line;
  while (std::getline(std::cin, line) && session.run(line)) {
  }
  return session.failed() ? 1 : 0;
}

}  // namespace tally
