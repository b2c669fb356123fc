// Commands of the Redis protocol that are containers of others: CLIENT, COMMAND.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "api/resp_command.h"
#include "api/resp_reply.h"

namespace tally {

template <class Serve>
struct RespSubcommand {
  std::string_view name;  // lower-case
  int arity;              // as in RespCommandFacts: the container's name counts, too
  std::string_view help;
  Serve serve;
};

// The one that `arguments` name, from the container on. Null, and the reply is an error, where there is none,
// or it does not take so many.
template <class Serve>
const RespSubcommand<Serve>* find_subcommand(std::string_view container,
                                             std::span<const RespSubcommand<Serve>> subcommands,
                                             std::span<const std::string_view> arguments, RespReply reply) {
  for (const auto& subcommand : subcommands) {
    if (!equal_ignoring_case(subcommand.name, arguments[1])) continue;
    if (takes(subcommand.arity, arguments.size())) return &subcommand;
    std::string name(container);
    name += "|";
    name += subcommand.name;
    reply.error(wrong_number_of_arguments(name));
    return nullptr;
  }
  reply.error(unknown_subcommand(container, arguments[1]));
  return nullptr;
}

// HELP, as Redis writes it.
template <class Serve>
void help(std::string_view container, std::span<const RespSubcommand<Serve>> subcommands, RespReply reply) {
  reply.array(1 + 2 * subcommands.size());
  reply.simple(in_capitals(container) + " <subcommand> [<arg> ...]. Subcommands are:");
  for (const auto& subcommand : subcommands) {
    reply.simple(in_capitals(subcommand.name));
    reply.simple("    " + std::string(subcommand.help));
  }
}

}  // namespace tally
