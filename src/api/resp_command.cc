#include "api/resp_command.h"

#include <algorithm>
#include <array>

namespace tally {

namespace {

using enum RespNeeds;

constexpr std::string_view kAdds = "write denyoom fast";
constexpr std::string_view kReads = "readonly fast";
constexpr std::string_view kAlways = "loading stale fast";
constexpr std::string_view kAddsTo = "@write @string @fast";
constexpr std::string_view kConnection = "@fast @connection";

constexpr std::array kCommands = {
    RespCommandFacts{"incr", 2, adds, kForWriters, kAdds, kAddsTo, 1, 1, "string", "1.0.0",
                     "Add 1 to a counter"},
    RespCommandFacts{"incrby", 3, adds, kForWriters, kAdds, kAddsTo, 1, 1, "string", "1.0.0",
                     "Add to a counter"},
    RespCommandFacts{"decr", 2, adds, kForWriters, kAdds, kAddsTo, 1, 1, "string", "1.0.0",
                     "Take 1 from a counter"},
    RespCommandFacts{"decrby", 3, adds, kForWriters, kAdds, kAddsTo, 1, 1, "string", "1.0.0",
                     "Take from a counter"},
    RespCommandFacts{"get", 2, counters, kForReaders, kReads, "@read @string @fast", 1, 1, "string", "1.0.0",
                     "The value of a counter"},
    RespCommandFacts{"mget", -2, counters, kForReaders, kReads, "@read @string @fast", 1, -1, "string",
                     "1.0.0", "The values of counters"},
    RespCommandFacts{"exists", -2, counters, kForReaders, kReads, "@keyspace @read @fast", 1, -1, "generic",
                     "1.0.0", "How many of these counters somebody touched"},
    RespCommandFacts{"dbsize", 1, counters, kForReaders, kReads, "@keyspace @read @fast", 0, 0, "server",
                     "1.0.0", "How many counters there are"},
    RespCommandFacts{"scan", -2, counters, kForReaders, "readonly", "@keyspace @read @slow", 0, 0, "generic",
                     "2.8.0", "The names of all counters, some at a time"},
    RespCommandFacts{"ping", -1, counters, kForAnyToken, "fast", kConnection, 0, 0, "connection", "1.0.0",
                     "Whether the server is ready"},
    RespCommandFacts{"echo", 2, nothing, kForAnyToken, kAlways, kConnection, 0, 0, "connection", "1.0.0",
                     "The argument again"},
    RespCommandFacts{"hello", -1, nothing, kForAnyone, kAlways, kConnection, 0, 0, "connection", "6.0.0",
                     "Agree on the protocol's version"},
    RespCommandFacts{"auth", -2, nothing, kForAnyone, kAlways, kConnection, 0, 0, "connection", "1.0.0",
                     "Show a token"},
    RespCommandFacts{"select", 2, nothing, kForAnyToken, kAlways, kConnection, 0, 0, "connection", "1.0.0",
                     "Choose database 0, the only one"},
    RespCommandFacts{"client", -2, nothing, kForAnyToken, "loading stale", "@slow", 0, 0, "connection",
                     "2.4.0", "What the server knows of this connection"},
    RespCommandFacts{"command", -1, nothing, kForAnyToken, "loading stale", "@slow @connection", 0, 0,
                     "server", "2.8.13", "Which commands there are"},
    RespCommandFacts{"info", -1, nothing, kForReaders, "loading stale", "@slow @dangerous", 0, 0, "server",
                     "1.0.0", "Figures of the server"},
    RespCommandFacts{"quit", -1, nothing, kForAnyone, kAlways, kConnection, 0, 0, "connection", "1.0.0",
                     "Close the connection"},
};
static_assert(kCommands.size() == static_cast<std::size_t>(RespCommand::quit) + 1);

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

constexpr std::size_t kLongest = 8;

// A name of up to eight letters as one number. Setting the bit in which the cases of a letter differ makes of
// no other byte a letter of lower case.
constexpr std::uint64_t kLowerCase = 0x2020202020202020U;
constexpr std::uint64_t packed(std::string_view name) {
  std::uint64_t word = 0;
  for (std::size_t i = name.size(); i > 0; --i) word = word << 8 | static_cast<unsigned char>(name[i - 1]);
  return word | kLowerCase;
}

std::uint64_t packed_quickly(std::string_view name) {
  if (name.size() < 4) return packed(name);
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  std::memcpy(&low, name.data(), sizeof low);
  std::memcpy(&high, name.data() + name.size() - sizeof high, sizeof high);
  return (low | std::uint64_t{high} << (8 * (name.size() - sizeof high))) | kLowerCase;
}

constexpr std::array kPacked = [] {
  std::array<std::uint64_t, kCommands.size()> words{};
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = packed(kCommands[i].name);
  return words;
}();

// As C prints a string: up to its first NUL.
std::string_view as_c_string(std::string_view text) { return text.substr(0, text.find('\0')); }

}  // namespace

std::span<const RespCommandFacts> resp_commands() { return kCommands; }

const RespCommandFacts& facts_of(RespCommand command) { return kCommands[static_cast<std::size_t>(command)]; }

std::optional<RespCommand> find_resp_command(std::string_view name) {
  if (name.size() > kLongest) return std::nullopt;
  const std::uint64_t word = packed_quickly(name);
  // The first one is what a counting server is asked most.
  for (std::size_t i = 0; i < kPacked.size(); ++i) {
    if (kPacked[i] == word && kCommands[i].name.size() == name.size()) return static_cast<RespCommand>(i);
  }
  return std::nullopt;
}

bool is_cross_protocol(std::string_view name) {
  return equal_ignoring_case(name, "post") || equal_ignoring_case(name, "host:");
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string in_capitals(std::string_view text) {
  std::string capitals(text);
  for (char& c : capitals) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
  }
  return capitals;
}

std::string unknown_command(std::span<const std::string_view> arguments) {
  constexpr std::size_t kMost = 128;
  std::string shown;
  for (const std::string_view argument : arguments.subspan(1)) {
    if (shown.size() >= kMost) break;
    shown += "'";
    shown += as_c_string(argument.substr(0, kMost - shown.size() + 1));
    shown += "' ";
  }
  return "ERR unknown command '" + std::string(as_c_string(arguments[0].substr(0, kMost))) +
         "', with args beginning with: " + shown;
}

std::string unknown_subcommand(std::string_view container, std::string_view subcommand) {
  constexpr std::size_t kMost = 128;
  std::string text = "ERR unknown subcommand '";
  text += as_c_string(subcommand.substr(0, kMost));
  text += "'. Try ";
  return text + in_capitals(container) + " HELP.";
}

std::string no_permission(std::string_view command) {
  return "NOPERM this user has no permissions to run the '" + std::string(command) + "' command";
}

std::string wrong_number_of_arguments(std::string_view name) {
  return "ERR wrong number of arguments for '" + std::string(name) + "' command";
}

}  // namespace tally
