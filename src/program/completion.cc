#include "program/completion.h"

#include <algorithm>
#include <array>

#include "api/text.h"
#include "client/shell_session.h"
#include "client/words.h"
#include "program/option_table.h"

namespace tally {

namespace {

using Kind = Completions::Kind;
using Words = std::vector<std::string>;

constexpr std::string_view kNames = "NAME";
constexpr std::string_view kPrefix = "PREFIX";

const Option* option_of(std::string_view word) {
  if (word.size() == 2 && word[0] == '-') {
    const auto all = options();
    const auto found = std::ranges::find(all, word[1], &Option::letter);
    return found == all.end() ? nullptr : &*found;
  }
  return word.starts_with("--") ? find_option(word.substr(2, word.find('=') - 2)) : nullptr;
}

// What the words before the one at the cursor say.
struct Line {
  const Subcommand* subcommand = nullptr;
  std::size_t arguments = 0;
  const Option* waiting = nullptr;  // its value comes next
  bool only_words = false;          // behind --
  std::vector<const Option*> given{};
  Words for_list{};  // options that `tally ls` takes, too
};

Line read_line(const Words& before) {
  Line line;
  const Subcommand* const list = find_subcommand("ls");
  for (const std::string& word : before) {
    if (line.waiting != nullptr) {
      if (takes(*list, *line.waiting)) line.for_list.insert(line.for_list.end(), {flag(*line.waiting), word});
      line.waiting = nullptr;
    } else if (word == "--" && !line.only_words) {
      line.only_words = true;
    } else if (const Option* const option = line.only_words ? nullptr : option_of(word)) {
      line.given.push_back(option);
      const bool has_value = word.starts_with("--") && word.find('=') != std::string::npos;
      if (!option->value.empty() && !has_value) line.waiting = option;
      if (has_value && takes(*list, *option)) line.for_list.push_back(word);
    } else if (line.subcommand == nullptr) {
      line.subcommand = find_subcommand(word);
    } else {
      ++line.arguments;
    }
  }
  return line;
}

class Completer {
 public:
  Completer(const Line& line, std::string current, const AskNames& ask_names, Completions& out)
      : line_(line), current_(std::move(current)), ask_names_(ask_names), out_(out) {}

  void complete() {
    const bool may_be_option = !line_.only_words && current_.starts_with('-');
    if (line_.waiting != nullptr) {
      complete_placeholder(line_.waiting->value, "");
    } else if (may_be_option && current_.find('=') != std::string::npos) {
      const Option* const option = option_of(current_);
      if (option != nullptr) complete_placeholder(option->value, flag(*option) + "=");
    } else if (may_be_option) {
      complete_options();
    } else if (line_.subcommand == nullptr) {
      for (const Subcommand& each : subcommands()) offer(std::string(each.name), each.help);
    } else {
      complete_argument();
    }
  }

 private:
  void offer(std::string text, std::string_view help = {}) {
    if (text.starts_with(current_)) out_.words.push_back({std::move(text), help});
  }

  void complete_options() {
    for (const Option& each : options()) {
      const bool taken = line_.subcommand == nullptr || takes(*line_.subcommand, each);
      const bool given = std::ranges::find(line_.given, &each) != line_.given.end();
      if (taken && !given) offer(flag(each), each.help);
    }
    offer("--help", "say what there is");
  }

  // "FILE", "text|json", "memory|disk|peers:K": the value of an option, or an argument.
  void complete_placeholder(std::string_view placeholder, const std::string& before) {
    if (placeholder == "FILE" || placeholder == "DIR") {
      out_.kind = placeholder == "FILE" ? Kind::files : Kind::folders;
    } else if (placeholder.find('|') != std::string_view::npos) {
      while (!placeholder.empty()) {
        std::string word(take_until(placeholder, '|'));
        if (word.ends_with(":K")) word.pop_back();  // a number is for people to say
        offer(before + word);
      }
    }
  }

  void complete_argument() {
    std::string_view arguments = line_.subcommand->arguments;
    const bool repeats = arguments.ends_with("...");
    std::string_view argument = take_until(arguments, ' ');
    for (std::size_t i = 0; i < line_.arguments && !repeats; ++i) argument = take_until(arguments, ' ');
    const auto is_mark = [](char c) { return c == '[' || c == ']' || c == '.'; };
    std::string placeholder(argument);
    std::erase_if(placeholder, is_mark);
    if (placeholder == kNames || placeholder == kPrefix) {
      for (std::string& name : ask_names_(line_.for_list, current_)) offer(std::move(name));
    } else if (placeholder == "COMMAND") {
      for (const Subcommand& each : subcommands()) offer(std::string(each.name), each.help);
    } else {
      complete_placeholder(placeholder, "");
    }
  }

  const Line& line_;
  const std::string current_;
  const AskNames& ask_names_;
  Completions& out_;
};

// "TALLY_CLIENT=me tally get": what stands before the program's name, and that.
void remove_program(Words& words) {
  const auto program = std::ranges::find_if(
      words, [](const std::string& word) { return word.find('=') == std::string::npos; });
  words.erase(words.begin(), program == words.end() ? program : program + 1);
}

}  // namespace

Completions complete(std::string_view line, const AskNames& ask_names) {
  const std::string_view typed = word_at_cursor(line);
  Completions completions{.typed = std::string(typed)};
  auto before = split_words(line.substr(0, line.size() - typed.size()));
  const auto current = split_words(typed);
  if (!before || !current) return completions;  // inside quotes
  remove_program(*before);
  Completer(read_line(*before), current->empty() ? "" : current->front(), ask_names, completions).complete();
  return completions;
}

}  // namespace tally
