// What people say to a client: the words of the command line and of the shell are the same.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace tally {

struct AddCommand {
  std::string name;
  std::int64_t delta = 1;
};

struct GetCommand {
  std::vector<std::string> names;  // at least one
};

struct ServersCommand {};

using ClientCommand = std::variant<AddCommand, GetCommand, ServersCommand>;

// "add NAME [DELTA]", "get NAME...", "servers". The error is Errc::invalid: no such word, or not used like
// this.
Result<ClientCommand> parse_command(std::span<const std::string> words);

// Says that nothing may follow `word`.
Error stands_alone(std::string_view word);

// Takes a line apart as a shell would: words stand between blanks; quotes ('...' or "...") and a backslash
// keep blanks and each other. The error is Errc::invalid: a quote is not closed.
Result<std::vector<std::string>> split_words(std::string_view line);

}  // namespace tally
