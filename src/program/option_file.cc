#include "program/option_file.h"

#include <algorithm>

namespace tally {

namespace {

bool is_key_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_bare_byte(char c) { return std::string_view(" \t\r\n\"'#,[]").find(c) == std::string_view::npos; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), rest_(text) {}

  Result<std::vector<FileSection>> parse() {
    std::vector<FileSection> sections(1);
    while (skip_to_content()) {
      if (take('[')) {
        const auto name = section_name();
        if (!name) return name.error();
        sections.push_back({*name, {}});
      } else {
        auto option = read_option();
        if (!option) return option.error();
        sections.back().options.push_back(*std::move(option));
      }
      if (!at_line_end())
        return wrong("something stands behind it: one option a line, and quotes around a value with blanks.");
    }
    return sections;
  }

 private:
  Error wrong(const std::string& what) const {
    const auto line =
        1 + std::count(text_.begin(), text_.end() - static_cast<std::ptrdiff_t>(rest_.size()), '\n');
    return Error{Errc::invalid, "line " + std::to_string(line) + ": " + what};
  }

  bool next_is(char c) const { return rest_.starts_with(c); }

  bool take(char c) {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  template <class Belongs>
  std::string take_while(Belongs belongs) {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), belongs);
    std::string taken(rest_.begin(), end);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  void skip_blanks() {
    take_while([](char c) { return c == ' ' || c == '\t' || c == '\r'; });
  }

  // Blanks, a comment; then the line or the text must end.
  bool at_line_end() {
    skip_blanks();
    if (next_is('#')) take_while([](char c) { return c != '\n'; });
    return rest_.empty() || next_is('\n');
  }

  // Over lines that say nothing. False: the text ends.
  bool skip_to_content() {
    while (at_line_end()) {
      if (!take('\n')) return false;
    }
    return true;
  }

  Result<std::string> section_name() {
    skip_blanks();
    const std::string name = take_while([](char c) { return is_key_byte(c) || c == '.'; });
    skip_blanks();
    if (name.empty() || !take(']')) return wrong("a section is written [name], with a subcommand's name.");
    return name;
  }

  Result<FileOption> read_option() {
    FileOption option{take_while(is_key_byte), {}};
    skip_blanks();
    if (option.key.empty() || !take('=')) return wrong("an option is written key = \"value\".");
    skip_blanks();
    const auto good = next_is('[') ? read_list(option.values) : read_value(option.values);
    if (!good) return good.error();
    return option;
  }

  Result<void> read_list(std::vector<std::string>& values) {
    take('[');
    while (skip_to_content()) {
      if (take(']')) return {};
      if (auto good = read_value(values); !good) return good;
      if (!skip_to_content()) break;
      if (!take(',') && !next_is(']')) return wrong("the values of a list stand with commas between them.");
    }
    return wrong("the list does not end: close it with ].");
  }

  Result<void> read_value(std::vector<std::string>& values) {
    std::string value;
    if (take('"')) {
      while (!take('"')) {
        const bool escaped = take('\\');
        if (rest_.empty() || next_is('\n')) return wrong("the quote is not closed.");
        if (escaped && !next_is('"') && !next_is('\\'))
          return wrong(R"(in "..." only \" and \\ are known: '...' takes everything as it stands.)");
        value += rest_.front();
        rest_.remove_prefix(1);
      }
    } else if (take('\'')) {
      value = take_while([](char c) { return c != '\'' && c != '\n'; });
      if (!take('\'')) return wrong("the quote is not closed.");
    } else {
      value = take_while(is_bare_byte);
      if (value.empty()) return wrong("the value is missing: write key = \"value\".");
      if (next_is('#')) return wrong("a value with '#' stands in quotes, a comment behind a blank.");
    }
    values.push_back(std::move(value));
    return {};
  }

  const std::string_view text_;
  std::string_view rest_;
};

}  // namespace

Result<std::vector<FileSection>> parse_option_file(std::string_view text) { return Parser(text).parse(); }

}  // namespace tally
