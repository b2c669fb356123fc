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
  Client client(options.client);
  ShellSession session(client, std::cout, std::cerr);
  if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
    converse(session);
    return 0;
  }
  std::string line;
  while (std::getline(std::cin, line) && session.run(line)) {
  }
  return session.failed() ? 1 : 0;
}

}  // namespace tally
