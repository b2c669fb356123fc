// Which options there are, and where their values come from: the command line, the environment, a file. What
// a value means is in options.cc.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"

namespace tally {

// The value of an environment variable, null where it is not set: std::getenv, or a test's own.
using Environment = std::function<const char*(const char* name)>;

// Text for stdout, and nothing else to do: --help or --version.
struct HelpText {
  std::string text;
};

struct OptionValue {
  std::string text;
  std::string source;  // "--id", "TALLY_ID" or "'id' in tally.toml"
};

struct OptionValues {
  std::vector<std::string> words;  // the subcommand and its arguments
  std::map<std::string, OptionValue, std::less<>>
      values;  // by the option's name; only options that the subcommand takes
};

// The error is Errc::invalid, its detail one line.
Result<std::variant<OptionValues, HelpText>> gather_option_values(std::span<const char* const> arguments,
                                                                  const Environment& environment);

}  // namespace tally
