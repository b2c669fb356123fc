// What people say to a client: the words of the command line and of the shell are the same.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/duration.h"
#include "base/result.h"
#include "count/list_query.h"

namespace tally {

struct AddCommand {
  std::string name;
  std::int64_t delta = 1;
};

struct GetCommand {
  std::vector<std::string> names;  // at least one
  bool fresh = false;              // every server is asked first
};

struct ServersCommand {};

struct ListCommand {
  std::string prefix{};
  ListOrder order = ListOrder::by_name;
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
};

struct WatchCommand {
  std::vector<std::string> names;            // at least one
  Duration every = std::chrono::seconds(1);  // a look
};

using ClientCommand = std::variant<AddCommand, GetCommand, ServersCommand, ListCommand, WatchCommand>;

// "add NAME [DELTA]", "get NAME...", "servers", "ls [PREFIX]", "watch NAME...". The error is Errc::invalid:
// no such word, or not used like this.
Result<ClientCommand> parse_command(std::span<const std::string> words);

// Errc::invalid: no name can begin like this.
Result<void> check_prefix(std::string_view prefix);

// Says that nothing may follow `word`.
Error stands_alone(std::string_view word);

// Takes a line apart as a shell would: words stand between blanks; quotes ('...' or "...") and a backslash
// keep blanks and each other. The error is Errc::invalid: a quote is not closed.
Result<std::vector<std::string>> split_words(std::string_view line);

}  // namespace tally
