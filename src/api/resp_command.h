// The commands of Redis that a counting server serves, and what Redis 7.0 says of those that it cannot run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/scopes.h"

namespace tally {

enum class RespCommand : std::uint8_t {
  incr,
  incrby,
  decr,
  decrby,
  get,
  mget,
  exists,
  dbsize,
  scan,
  ping,
  echo,
  hello,
  auth,
  select,
  client,
  command,
  info,
  quit,
};

// Whom a server lets in that is not, or no longer, open.
enum class RespNeeds : std::uint8_t { nothing, counters, adds };

// What COMMAND says of it. Lists are words with a space between.
struct RespCommandFacts {
  std::string_view name;  // lower-case
  int arity;              // its name included; -2: two or more
  RespNeeds needs;
  Scopes demands;  // one of these, of whoever says it
  std::string_view flags;
  std::string_view categories;
  int first_key;  // among the arguments; 0: it has none
  int last_key;   // -1: the last argument
  std::string_view group;
  std::string_view since;  // Redis's version
  std::string_view summary;
};

// As an arity says it.
constexpr bool takes(int arity, std::size_t arguments) {
  return arity >= 0 ? arguments == static_cast<std::size_t>(arity)
                    : arguments >= static_cast<std::size_t>(-arity);
}

// In the order of RespCommand.
std::span<const RespCommandFacts> resp_commands();
const RespCommandFacts& facts_of(RespCommand command);

// In any case of letters.
std::optional<RespCommand> find_resp_command(std::string_view name);

// The name of a browser's request, which somebody wants to be taken for commands: Redis closes without a
// word.
bool is_cross_protocol(std::string_view name);

// Letters of ASCII.
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string in_capitals(std::string_view text);

// What follows "-" in Redis's replies.
std::string unknown_command(std::span<const std::string_view> arguments);
std::string unknown_subcommand(std::string_view container, std::string_view subcommand);
// Of a subcommand: "client|id".
std::string wrong_number_of_arguments(std::string_view name);

// Whose commands and errors these are; clients look at it to see what they may use.
inline constexpr std::string_view kRedisVersion = "7.0.15";

inline constexpr std::string_view kNoAuth = "NOAUTH Authentication required.";
inline constexpr std::string_view kWrongPassword =
    "WRONGPASS invalid username-password pair or user is disabled.";
// "NOPERM ...". Clients compare no more than the code.
std::string no_permission(std::string_view command);
inline constexpr std::string_view kSyntaxError = "ERR syntax error";
inline constexpr std::string_view kNotAnInteger = "ERR value is not an integer or out of range";

}  // namespace tally
