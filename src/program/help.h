// What --help and `tally help` say.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "program/option_table.h"

namespace tally {

// The commands, and where to read on.
std::string general_help();

// Usage, options by group, examples.
std::string help_of(const Subcommand& subcommand);

struct Example {
  std::string_view subcommand;
  std::string_view command;  // as one writes it
  std::string_view does;     // a sentence without its stop
};

// All of them; those of a subcommand stand together, the simplest first.
std::span<const Example> examples();

std::string_view title_of(OptionGroup group);

}  // namespace tally
