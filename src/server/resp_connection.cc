#include "server/resp_connection.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "api/resp_command.h"
#include "api/resp_integer.h"
#include "api/resp_refusal.h"
#include "server/resp_subcommand.h"

namespace tally {

namespace {

using Arguments = std::span<const std::string_view>;

constexpr std::string_view kDefaultUser = "default";
constexpr std::string_view kHelloNeedsAuth =
    "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> "
    "<pass> "
    "option can be used to authenticate the client and select the RESP protocol version at the same time";
constexpr std::string_view kBadName =
    "ERR Client names cannot contain spaces, newlines or special characters.";

// The client stays who it was where that fails. The secret of the servers among themselves is no client's.
bool log_in(RespClient& client, Gate& gate, std::string_view user, std::string_view secret) {
  if (!gate.knows_tokens()) return user == kDefaultUser;
  Visitor visitor;
  const Bearer& bearer = gate.recognise(secret, visitor);
  if (!bearer.scopes.has_any_of(kForAnyToken)) return false;
  if (user != kDefaultUser && user != bearer.name) return false;
  client.visitor = std::move(visitor);
  return true;
}

// An empty name takes the name away.
bool set_name(RespClient& client, std::string_view name) {
  const auto visible = [](char c) { return c >= '!' && c <= '~'; };
  if (!std::all_of(name.begin(), name.end(), visible)) return false;
  client.name = name;
  return true;
}

void say_hello(const RespClient& client, RespReply reply) {
  const auto pair = [&reply](std::string_view key, std::string_view value) {
    reply.bulk(key);
    reply.bulk(value);
  };
  reply.map(7);
  pair("server", "redis");
  pair("version", kRedisVersion);
  reply.bulk("proto");
  reply.integer(static_cast<int>(reply.version()));
  reply.bulk("id");
  reply.integer(static_cast<std::int64_t>(client.id));
  pair("mode", "standalone");
  pair("role", "master");
  reply.bulk("modules");
  reply.array(0);
}

// Redis's form: one line for each client, key=value with a space between.
std::string line_of(const RespClient& client) {
  std::string line = "id=" + std::to_string(client.id);
  const auto field = [&line](std::string_view key, std::string_view value) {
    line += ' ';
    line += key;
    line += '=';
    line += value;
  };
  field("addr", client.address);
  field("laddr", client.local_address);
  field("name", client.name);
  // Clients look for all fields of Redis; what is not counted for each connection is 0.
  for (const std::string_view key : {"age", "idle"}) field(key, "0");
  field("flags", "N");
  for (const std::string_view key : {"db", "sub", "psub", "ssub"}) field(key, "0");
  field("multi", "-1");
  for (const std::string_view key :
       {"qbuf", "qbuf-free", "argv-mem", "multi-mem", "rbs", "rbp", "obl", "oll", "omem", "tot-mem"}) {
    field(key, "0");
  }
  field("events", "r");
  field("cmd", "client|info");
  field("user", client.visitor.bearer.known ? std::string_view(client.visitor.bearer.name) : kDefaultUser);
  field("redir", "-1");
  field("resp", client.version == RespVersion::two ? "2" : "3");
  return line + "\n";
}

using Serve = void (*)(RespClient&, Arguments, RespReply);
using Subcommand = RespSubcommand<Serve>;

void serve_client_help(RespClient& client, Arguments arguments, RespReply reply);

constexpr Subcommand kClientSubcommands[] = {
    {"getname", 2, "The name of this connection.",
     [](RespClient& client, Arguments, RespReply reply) {
       if (client.name.empty()) return reply.nil();
       reply.bulk(client.name);
     }},
    {"help", 2, "This.", serve_client_help},
    {"id", 2, "The number of this connection.",
     [](RespClient& client, Arguments, RespReply reply) {
       reply.integer(static_cast<std::int64_t>(client.id));
     }},
    {"info", 2, "What is known of this connection.",
     [](RespClient& client, Arguments, RespReply reply) { reply.verbatim(line_of(client)); }},
    {"list", 2, "The same: other connections are not listed.",
     [](RespClient& client, Arguments, RespReply reply) { reply.verbatim(line_of(client)); }},
    {"no-evict", 3, "on or off; no connection is evicted either way.",
     [](RespClient&, Arguments arguments, RespReply reply) {
       const bool known = equal_ignoring_case(arguments[2], "on") || equal_ignoring_case(arguments[2], "off");
       known ? reply.ok() : reply.error(kSyntaxError);
     }},
    {"setname", 3, "Name this connection.",
     [](RespClient& client, Arguments arguments, RespReply reply) {
       set_name(client, arguments[2]) ? reply.ok() : reply.error(kBadName);
     }},
};

void serve_client_help(RespClient&, Arguments, RespReply reply) {
  help<Serve>("client", kClientSubcommands, reply);
}

}  // namespace

void serve_ping(Arguments arguments, RespReply reply) {
  if (arguments.size() > 2) return reply.error(wrong_number_of_arguments("ping"));
  if (arguments.size() == 2) return reply.bulk(arguments[1]);
  reply.simple("PONG");
}

bool is_let_in(RespClient& client, Gate& gate) {
  return !gate.knows_tokens() || gate.recognise(client.visitor).known;
}

// As Redis does, it names the client even if a password behind the name is wrong, and lets it in even if
// something else is.
void serve_hello(RespClient& client, Gate& gate, Arguments arguments, std::string& out) {
  const RespReply before(out, client.version);
  RespReply refusal = before;
  std::optional<RespVersion> version;
  if (arguments.size() > 1) {
    const auto number = parse_resp_integer(arguments[1]);
    if (!number) return refusal.error("ERR Protocol version is not an integer or out of range");
    if (*number < 2 || *number > 3) return refusal.error("NOPROTO unsupported protocol version");
    version = static_cast<RespVersion>(*number);
  }
  for (std::size_t i = 2; i < arguments.size();) {
    const std::size_t left = arguments.size() - i - 1;
    if (left >= 2 && equal_ignoring_case(arguments[i], "auth")) {
      if (!log_in(client, gate, arguments[i + 1], arguments[i + 2])) return refusal.error(kWrongPassword);
      i += 3;
    } else if (left >= 1 && equal_ignoring_case(arguments[i], "setname")) {
      if (!set_name(client, arguments[i + 1])) return refusal.error(kBadName);
      i += 2;
    } else {
      return refusal.error("ERR Syntax error in HELLO option '" + std::string(arguments[i]) + "'");
    }
  }
  if (!is_let_in(client, gate)) return refusal.error(kHelloNeedsAuth);
  if (version) client.version = *version;
  say_hello(client, RespReply(out, client.version));
}

void serve_auth(RespClient& client, Gate& gate, Arguments arguments, RespReply reply) {
  if (arguments.size() > 3) return reply.error(kSyntaxError);
  if (arguments.size() == 2 && !gate.knows_tokens()) {
    return reply.error(
        "ERR AUTH <password> called without any password configured for the default user. Are you sure your "
        "configuration is correct?");
  }
  const std::string_view user = arguments.size() == 3 ? arguments[1] : kDefaultUser;
  log_in(client, gate, user, arguments.back()) ? reply.ok() : reply.error(kWrongPassword);
}

void serve_select(std::string_view database, RespReply reply) {
  const auto number = parse_resp_integer(database);
  if (!number) return reply.error(kNotAnInteger);
  if (*number < INT32_MIN || *number > INT32_MAX) {
    return reply.error("ERR value is out of range, value must between -2147483648 and 2147483647");
  }
  *number == 0 ? reply.ok() : reply.error("ERR DB index is out of range");
}

bool refuse_transaction(RespClient& client, Arguments arguments, RespReply reply) {
  if (arguments.size() > 1) return false;
  if (equal_ignoring_case(arguments[0], "multi")) {
    client.discarding = true;
    reply.error(refusal_of_command("multi"));
    return true;
  }
  const bool executes = equal_ignoring_case(arguments[0], "exec");
  if (!client.discarding || !(executes || equal_ignoring_case(arguments[0], "discard"))) return false;
  client.discarding = false;
  executes ? reply.error("EXECABORT Transaction discarded because of previous errors.") : reply.ok();
  return true;
}

void serve_client(RespClient& client, Arguments arguments, RespReply reply) {
  const auto* subcommand = find_subcommand<Serve>("client", kClientSubcommands, arguments, reply);
  if (subcommand != nullptr) subcommand->serve(client, arguments, reply);
}

}  // namespace tally
