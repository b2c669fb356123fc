// What may follow on a command line, for a shell's completion: made of the tables of option_table.h.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

struct Completions {
  enum class Kind : std::uint8_t { words, files, folders };

  struct Word {
    std::string text;       // in full, without quotes
    std::string_view help;  // empty where there is nothing to say

    bool operator==(const Word&) const = default;
  };

  Kind kind = Kind::words;
  std::string typed{};        // the word at the cursor as it stands there, quotes and all
  std::vector<Word> words{};  // each begins with what was typed; none of files and folders, which shells know
};

// The names of counters that begin with `prefix`, asked with such options of the line as `tally ls` takes.
using AskNames = std::function<std::vector<std::string>(const std::vector<std::string>& options,
                                                        const std::string& prefix)>;

// `line` is what stands before the cursor, as it was typed, the program's name included.
Completions complete(std::string_view line, const AskNames& ask_names);

// The script for "bash", "zsh" or "fish" that makes it ask `tally completion at LINE`; nothing for another
// shell.
std::optional<std::string_view> completion_script(std::string_view shell);

struct CompleteOptions {
  std::string line;
};

// Prints complete(line), for those scripts: first "words", "files" or "folders", a tab, and what was typed;
// then a word a line, with a tab and its help. Ends within a second, whatever servers do.
int run_complete(const CompleteOptions& options);

}  // namespace tally
