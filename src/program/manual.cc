#include "program/manual.h"

#include <algorithm>
#include <set>

#include "api/text.h"
#include "program/help.h"

namespace tally {

namespace {

// Text as mdoc prints it as it stands. "\&" keeps a dot from beginning a request and a word from being a
// macro's name.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '"') {
      out += "\\(dq";
    } else if (c == '~') {
      out += "\\(ti";
    } else if (c == '^') {
      out += "\\(ha";
    } else if (c == '`') {
      out += "\\(ga";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

// A sentence of prose: hyphens are hyphens.
std::string sentence(std::string_view text) {
  std::string out = "\\&";
  for (const char c : text) {
    if (c == '\\') out += "\\e";
    if (c != '\\') out.push_back(c);
  }
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

void append(std::string& page, std::string_view line) { page.append(line).append("\n"); }

// "NAME [DELTA]" as mdoc says it.
void append_arguments(std::string& page, std::string_view arguments) {
  while (!arguments.empty()) {
    std::string_view word = take_until(arguments, ' ');
    std::string line = ".";
    if (word.starts_with('[')) {
      line += "Op ";
      word = word.substr(1, word.size() - 2);
    }
    const bool repeats = word.ends_with("...");
    if (repeats) word.remove_suffix(3);
    const bool literal = word.find('|') != std::string_view::npos;
    append(page, line + (literal ? "Cm " : "Ar ") + std::string(word) + (repeats ? " ..." : ""));
  }
}

// The date, and what follows it.
void append_head(std::string& page, std::string_view title, std::string_view name, std::string_view does,
                 std::string_view date) {
  append(page, date);
  append(page, ".Dt " + upper(title) + " 1");
  append(page, ".Os");
  append(page, ".Sh NAME");
  append(page, ".Nm " + std::string(name));
  append(page, ".Nd " + std::string(does));
}

void append_options(std::string& page, const Subcommand& subcommand) {
  std::string items;
  for (const Option& option : options()) {
    if (!takes(subcommand, option)) continue;
    std::string item = ".It ";
    if (option.letter != 0) item += std::string("Fl ") + option.letter + " , ";
    item += "Fl -" + escaped(option.name);
    if (!option.value.empty()) item += " Ar " + std::string(option.value);
    append(items, item);
    append(items, sentence(option.help) + ".");
    append(items, ".Pq Ev " + variable(option));
  }
  if (items.empty()) return;
  append(page, ".Sh OPTIONS");
  append(page, "What an option has without being told stands in brackets.");
  append(page,
         "A value comes from the flag, else from the variable that is named with it, else from the file of");
  append(page, ".Fl -config .");
  append(page, ".Bl -tag -width Ds");
  page += items;
  append(page, ".El");
}

void append_examples(std::string& page, std::string_view subcommand) {
  append(page, ".Sh EXAMPLES");
  for (const Example& example : examples()) {
    if (!subcommand.empty() && example.subcommand != subcommand) continue;
    append(page, sentence(example.does) + ":");
    append(page, ".Pp");
    append(page, ".Dl " + escaped(example.command));
    append(page, ".Pp");
  }
  page.erase(page.size() - std::string_view(".Pp\n").size());
}

void append_exit_status(std::string& page) {
  append(page, ".Sh EXIT STATUS");
  append(page, ".Bl -tag -width Ds");
  append(page, ".It 0");
  append(page, "It is done.");
  append(page, ".It 1");
  append(page, "It failed; a line on standard error says what happened and what to do.");
  append(page, ".It 2");
  append(page, "The command line is wrong; nothing was done.");
  append(page, ".El");
}

}  // namespace

std::string manual_page(const Subcommand& subcommand, std::string_view prose) {
  const std::string name(subcommand.name);
  std::string page;
  append_head(page, "tally-" + name, "tally-" + name, subcommand.help, take_until(prose, '\n'));
  append(page, ".Sh SYNOPSIS");
  append(page, ".Nm tally " + name);
  const bool has_options =
      std::ranges::any_of(options(), [&](const Option& option) { return takes(subcommand, option); });
  if (has_options) append(page, ".Op Ar OPTION ...");
  append_arguments(page, subcommand.arguments);
  append(page, ".Sh DESCRIPTION");
  page += prose;
  append_options(page, subcommand);
  append_exit_status(page);
  append_examples(page, subcommand.name);
  append(page, ".Sh SEE ALSO");
  append(page, ".Xr tally 1");
  return page;
}

std::string manual_overview(std::string_view prose) {
  std::string page;
  append_head(page, "tally", "tally", "a distributed counter", take_until(prose, '\n'));
  append(page, ".Sh SYNOPSIS");
  append(page, ".Nm");
  append(page, ".Ar COMMAND");
  append(page, ".Op Ar OPTION ...");
  append(page, ".Sh DESCRIPTION");
  page += prose;
  append(page, ".Sh COMMANDS");
  append(page, ".Bl -tag -width Ds");
  for (const Subcommand& each : subcommands()) {
    append(page, ".It Xr tally-" + std::string(each.name) + " 1");
    append(page, sentence(each.help) + ".");
  }
  append(page, ".El");
  append_exit_status(page);
  append(page, ".Sh SEE ALSO");
  std::set<std::string_view> names;  // in the order that readers expect
  for (const Subcommand& each : subcommands()) names.insert(each.name);
  for (const std::string_view name : names) {
    append(page, ".Xr tally-" + std::string(name) + " 1" + (name == *names.rbegin() ? "" : " ,"));
  }
  return page;
}

}  // namespace tally
