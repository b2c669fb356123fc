#include "client/shell_session.h"

#include <algorithm>
#include <ostream>

#include "api/text.h"
#include "client/commands.h"
#include "client/complain.h"
#include "client/did_you_mean.h"
#include "client/words.h"

namespace tally {

namespace {

constexpr std::string_view kWords[] = {"add", "exit", "get", "help", "ls", "quit", "servers", "watch"};

constexpr std::string_view kHelp =
    "add NAME [DELTA]   adds DELTA, or 1, to a counter and says its new value\n"
    "get NAME...        says a counter's value, or a line for each of several\n"
    "ls [PREFIX]        lists the counters that begin with PREFIX, or all\n"
    "watch NAME...      says a counter's value whenever it changes, until Ctrl-C\n"
    "servers            lists the counting servers: id, url, state\n"
    "help               says this\n"
    "quit, exit         leaves, as Ctrl-D does\n"
    "A name with blanks stands in quotes: get \"page views\". Tab completes words and names.\n";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// "get", "get a": words behind which any number of names may stand.
bool takes_names(std::string_view before) {
  const std::string_view word = take_until(before, ' ');
  return word == "get" || word == "watch";
}

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
    return true;
  }
  if (words->empty()) return true;
  const std::string& word = words->front();
  const bool leaves = word == "quit" || word == "exit";
  if (leaves || word == "help") {
    if (words->size() > 1) {
      fail(stands_alone(word).detail);
    } else if (leaves) {
      return false;
    } else {
      output_.out << kHelp << std::flush;
    }
  } else if (const auto command = parse_command(*words); !command) {
    const bool known = std::ranges::find(kWords, word) != std::end(kWords);
    fail(command.error().detail + (known ? "" : did_you_mean(word, kWords)) + " 'help' says what there is.");
  } else if (const auto done = answer(client_, *command, output_); !done) {
    fail(done.error().detail);
  }
  return true;
}

void ShellSession::fail(std::string_view detail) {
  failed_ = true;
  complain(output_.err, detail);
}

std::vector<std::string> ShellSession::completions(std::string_view before_cursor) {
  const std::string_view word = word_at_cursor(before_cursor);
  const std::string_view before = trimmed(before_cursor.substr(0, before_cursor.size() - word.size()));
  std::vector<std::string> candidates;
  if (before.empty()) {
    candidates.assign(std::begin(kWords), std::end(kWords));
  } else if (before == "add" || before == "ls" || takes_names(before)) {
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
