#include "client/shell_session.h"

#include <algorithm>
#include <ostream>

#include "api/text.h"
#include "client/commands.h"
#include "client/complain.h"
#include "client/words.h"

namespace tally {

namespace {

constexpr std::string_view kWords[] = {"add", "get", "help", "quit", "servers"};

constexpr std::string_view kHelp =
    "add NAME [DELTA]   adds DELTA, or 1, to a counter and says its new value\n"
    "get NAME...        says a counter's value, or a line for each of several\n"
    "servers            lists the counting servers: id, url, state\n"
    "help               says this\n"
    "quit               leaves, as Ctrl-D does\n"
    "A name with blanks stands in quotes: get \"page views\". Tab completes words and names.\n";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (is_blank(c) || c == '"' || c == '\'' || c == '\\') text.push_back('\\');
    text.push_back(c);
  }
  return text;
}

}  // namespace

bool ShellSession::run(std::string_view line) {
  const auto words = split_words(line);
  if (!words) {
    fail(words.error().detail);
  } else if (words->empty()) {
    // Nothing was said.
  } else if (words->front() == "quit" || words->front() == "help") {
    if (words->size() > 1) {
      fail(stands_alone(words->front()).detail);
    } else if (words->front() == "quit") {
      return false;
    } else {
      out_ << kHelp << std::flush;
    }
  } else if (const auto command = parse_command(*words); !command) {
    fail(command.error().detail + " 'help' says what there is.");
  } else if (const auto done = answer(client_, *command, out_); !done) {
    fail(done.error().detail);
  }
  return true;
}

void ShellSession::fail(std::string_view detail) {
  failed_ = true;
  complain(err_, detail);
}

std::vector<std::string> ShellSession::completions(std::string_view before_cursor) {
  const std::string_view word = word_at_cursor(before_cursor);
  const std::string_view before = trimmed(before_cursor.substr(0, before_cursor.size() - word.size()));
  std::vector<std::string> candidates;
  if (before.empty()) {
    candidates.assign(std::begin(kWords), std::end(kWords));
  } else if (before == "add" || before == "get" || before.starts_with("get ")) {
    const auto unescaped = split_words(word);
    if (!unescaped) return {};  // inside quotes
    const auto names = client_.names(unescaped->empty() ? "" : unescaped->front(), kMostCompletions);
    if (!names) return {};
    for (const std::string& name : *names) candidates.push_back(escaped(name));
  }
  std::erase_if(candidates, [word](const std::string& candidate) { return !candidate.starts_with(word); });
  return candidates;
}

std::string_view word_at_cursor(std::string_view before_cursor) {
  std::size_t begin = before_cursor.size();
  while (begin > 0) {
    const bool is_escaped = begin > 1 && before_cursor[begin - 2] == '\\';
    if (is_blank(before_cursor[begin - 1]) && !is_escaped) break;
    --begin;
  }
  return before_cursor.substr(begin);
}

}  // namespace tally
