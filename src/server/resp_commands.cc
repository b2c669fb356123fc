#include "server/resp_commands.h"

#include <algorithm>
#include <limits>

#include "api/resp_integer.h"
#include "api/resp_refusal.h"
#include "base/check.h"
#include "count/counter_name.h"
#include "server/resp_connection.h"

namespace tally {

// Where a command has no name, or something else in its place, that finds nothing, or what nobody will ask
// for.
std::span<Counter* const> RespCommands::look_up(std::span<const RespBurst::Command> commands) {
  std::array<std::string_view, RespBurst::kMostCommands> names;
  const std::size_t size = commands.size();
  for (std::size_t i = 0; i < size; ++i) {
    const Arguments arguments = commands[i].arguments;
    if (arguments.size() > 1 && arguments[1].size() <= kMaxNameBytes) names[i] = arguments[1];
  }
  const std::span<Counter*> known(known_.data(), size);
  thread_.find({names.data(), size}, known);
  return known;
}

RespCommands::Executed RespCommands::execute(RespClient& client, Arguments arguments, std::string& out,
                                             Counter* known) {
  RespReply reply(out, client.version);
  const auto command = find_resp_command(arguments[0]);
  if (!command) return refuse(client, arguments, reply);
  const RespCommandFacts& facts = facts_of(*command);
  if (!takes(facts.arity, arguments.size())) {
    reply.error(wrong_number_of_arguments(facts.name));
    return {};
  }
  if (!gate_.is_open_to_all(facts.demands) &&
      !gate_.recognise(client.visitor).scopes.has_any_of(facts.demands)) {
    reply.error(client.visitor.bearer.known ? no_permission(facts.name) : std::string(kNoAuth));
    return {};
  }
  if (client.discarding && *command != RespCommand::quit) {
    reply.error("ERR this is behind a MULTI that was refused: nothing was counted. Send DISCARD to go on.");
    return {};
  }
  if (facts.needs == RespNeeds::adds) return {add(*command, arguments, out, known)};
  if (facts.needs == RespNeeds::counters) {
    const auto open = policy_.check_open();
    open ? read(*command, arguments, reply, known) : append_resp_error(out, open.error());
    return {};
  }
  switch (*command) {
    case RespCommand::echo: reply.bulk(arguments[1]); break;
    case RespCommand::hello: serve_hello(client, gate_, arguments, out); break;
    case RespCommand::auth: serve_auth(client, gate_, arguments, reply); break;
    case RespCommand::select: serve_select(arguments[1], reply); break;
    case RespCommand::client: serve_client(client, arguments, reply); break;
    case RespCommand::command: serve_command(arguments, reply); break;
    case RespCommand::info: {
      RespFigures figures = figures_();
      figures.counters = thread_.size();
      reply.verbatim(info_text(arguments.subspan(1), figures));
      break;
    }
    case RespCommand::quit: reply.ok(); return {{}, true};
    default: TALLY_CHECK(false && "a command that needs counters");
  }
  return {};
}

RespCommands::Executed RespCommands::refuse(RespClient& client, Arguments arguments, RespReply reply) {
  if (is_cross_protocol(arguments[0])) return {{}, true};
  const std::string why = refusal_of_command(arguments[0]);
  if (!why.empty() && !is_let_in(client, gate_)) {
    const bool executes = equal_ignoring_case(arguments[0], "exec");
    reply.error((executes ? "EXECABORT Transaction discarded because of: " : "") + std::string(kNoAuth));
    return {};
  }
  if (refuse_transaction(client, arguments, reply)) return {};
  reply.error(why.empty() ? unknown_command(arguments) : why);
  return {};
}

std::optional<Sequence> RespCommands::add(RespCommand command, Arguments arguments, std::string& out,
                                          Counter* known) {
  RespReply reply(out, RespVersion::two);  // integers and errors are the same in both
  const bool down = command == RespCommand::decr || command == RespCommand::decrby;
  std::int64_t delta = down ? -1 : 1;
  if (arguments.size() == 3) {
    const auto by = parse_resp_integer(arguments[2]);
    if (!by) {
      reply.error(kNotAnInteger);
      return std::nullopt;
    }
    if (down && *by == std::numeric_limits<std::int64_t>::min()) {
      reply.error("ERR decrement would overflow");
      return std::nullopt;
    }
    delta *= *by;
  }
  const auto refuse = [&out](const Error& error) {
    append_resp_error(out, error);
    return std::nullopt;
  };
  if (const auto allowed = policy_.check_add(); !allowed) return refuse(allowed.error());
  const auto added = known != nullptr ? thread_.add(*known, delta) : add_new(arguments[1], delta);
  if (!added) return refuse(added.error());
  reply.integer(added->value);
  return added->ticket;
}

Result<Added> RespCommands::add_new(std::string_view name, std::int64_t delta) {
  if (const auto valid = check_counter_name(name); !valid) {
    return Error{Errc::invalid, valid.error().detail + " Nothing was counted."};
  }
  return thread_.add(name, delta);
}

void RespCommands::read(RespCommand command, Arguments arguments, RespReply reply, Counter* known) {
  const Arguments names = arguments.subspan(1);
  switch (command) {
    case RespCommand::get:
      return append_value(known != nullptr ? thread_.touched_value(known) : thread_.touched_value(names[0]),
                          reply);
    case RespCommand::mget:
      reply.array(names.size());
      for (const std::string_view name : names) append_value(thread_.touched_value(name), reply);
      return;
    case RespCommand::exists:
      return reply.integer(std::count_if(names.begin(), names.end(), [this](std::string_view name) {
        return thread_.touched_value(name).has_value();
      }));
    case RespCommand::dbsize: return reply.integer(static_cast<std::int64_t>(thread_.size()));
    case RespCommand::scan: return scan(arguments, reply);
    case RespCommand::ping: return serve_ping(arguments, reply);
    default: TALLY_CHECK(false && "a command that does not read counters");
  }
}

void RespCommands::append_value(std::optional<Int128> value, RespReply reply) {
  value ? reply.bulk(*value) : reply.nil();
}

}  // namespace tally
