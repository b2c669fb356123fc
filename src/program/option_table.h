// Every subcommand and every option that there is. The command line, the variables, the file, --help,
// completion and man pages are all made of these two tables.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tally {

// What a subcommand is for, and the order in which groups are shown.
enum class SubcommandGroup : std::uint8_t { count, look, run, other };

struct Subcommand {
  unsigned bit;  // its own
  SubcommandGroup group;
  std::string_view name;
  std::string_view arguments;
  std::string_view help;  // "to" and this is a sentence
};

enum class OptionGroup : std::uint8_t { main, limits, security, cluster };

struct Option {
  std::string_view name;
  unsigned subcommands;    // that take it: a set of bits
  std::string_view value;  // what stands for the value in the help, "a|b" for either word; empty: a flag
  std::string_view help;
  OptionGroup group = OptionGroup::main;
  char letter = 0;  // -o for --output
};

std::span<const Subcommand> subcommands();
std::span<const Option> options();

// Null where there is none of that name.
const Subcommand* find_subcommand(std::string_view name);
const Option* find_option(std::string_view name);

inline bool takes(const Subcommand& subcommand, const Option& option) {
  return (option.subcommands & subcommand.bit) != 0;
}

inline std::string flag(const Option& option) { return "--" + std::string(option.name); }

// "TALLY_SHARE_INTERVAL"
std::string variable(const Option& option);

// "tally add -- -x": how a word that looks like an option is said.
std::string behind_dashes(const Subcommand& subcommand, std::string_view word);

}  // namespace tally
