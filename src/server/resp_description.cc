#include "server/resp_description.h"

#include <algorithm>
#include <vector>

#include "api/resp_command.h"
#include "api/text.h"
#include "server/resp_subcommand.h"

namespace tally {

namespace {

using Arguments = std::span<const std::string_view>;
using Serve = void (*)(Arguments, RespReply);
using Subcommand = RespSubcommand<Serve>;

// ---- COMMAND

void describe_words(std::string_view words, RespReply reply) {
  reply.set(static_cast<std::size_t>(std::count(words.begin(), words.end(), ' ')) + 1);
  while (!words.empty()) reply.simple(take_until(words, ' '));
}

// The ten fields of https://redis.io/commands/command; no tips, key specifications or subcommands.
void describe(const RespCommandFacts& facts, RespReply reply) {
  reply.array(10);
  reply.bulk(facts.name);
  reply.integer(facts.arity);
  describe_words(facts.flags, reply);
  reply.integer(facts.first_key);
  reply.integer(facts.last_key);
  reply.integer(facts.first_key == 0 ? 0 : 1);
  describe_words(facts.categories, reply);
  for (int i = 0; i < 3; ++i) reply.set(0);
}

void describe_all(RespReply reply) {
  reply.array(resp_commands().size());
  for (const RespCommandFacts& facts : resp_commands()) describe(facts, reply);
}

void serve_info(Arguments arguments, RespReply reply) {
  const Arguments names = arguments.subspan(2);
  if (names.empty()) return describe_all(reply);
  reply.array(names.size());
  for (const std::string_view name : names) {
    const auto command = find_resp_command(name);
    command ? describe(facts_of(*command), reply) : reply.nil();
  }
}

void document(const RespCommandFacts& facts, RespReply reply) {
  reply.bulk(facts.name);
  reply.map(3);
  for (const auto& [key, value] :
       {std::pair{"summary", facts.summary}, {"since", facts.since}, {"group", facts.group}}) {
    reply.bulk(std::string_view(key));
    reply.bulk(value);
  }
}

// Names that are not known are left out.
void serve_docs(Arguments arguments, RespReply reply) {
  std::vector<const RespCommandFacts*> documented;
  for (const std::string_view name : arguments.subspan(2)) {
    if (const auto command = find_resp_command(name)) documented.push_back(&facts_of(*command));
  }
  if (arguments.size() == 2) {
    for (const RespCommandFacts& facts : resp_commands()) documented.push_back(&facts);
  }
  reply.map(documented.size());
  for (const RespCommandFacts* facts : documented) document(*facts, reply);
}

void serve_help(Arguments arguments, RespReply reply);

constexpr Subcommand kCommandSubcommands[] = {
    {"count", 2, "How many commands there are.",
     [](Arguments, RespReply reply) { reply.integer(static_cast<std::int64_t>(resp_commands().size())); }},
    {"docs", -2, "What these commands are for; all for none.", serve_docs},
    {"help", 2, "This.", serve_help},
    {"info", -2, "The form of these commands; of all for none.", serve_info},
    {"list", -2, "The names of all commands.",
     [](Arguments arguments, RespReply reply) {
       if (arguments.size() > 2) return reply.error(kSyntaxError);
       reply.set(resp_commands().size());
       for (const RespCommandFacts& facts : resp_commands()) reply.bulk(facts.name);
     }},
};

void serve_help(Arguments, RespReply reply) { help<Serve>("command", kCommandSubcommands, reply); }

// ---- INFO

class InfoText {
 public:
  explicit InfoText(Arguments names) : names_(names) {}

  // False where nobody asked for it.
  bool begin(std::string_view section) {
    const auto asks = [section](std::string_view name) {
      return equal_ignoring_case(name, section) || equal_ignoring_case(name, "all") ||
             equal_ignoring_case(name, "default") || equal_ignoring_case(name, "everything");
    };
    if (!names_.empty() && std::none_of(names_.begin(), names_.end(), asks)) return false;
    if (!text_.empty()) text_ += "\r\n";
    text_ += "# ";
    text_ += section;
    text_ += "\r\n";
    return true;
  }
  void line(std::string_view key, std::string_view value) {
    text_ += key;
    text_ += ':';
    text_ += value;
    text_ += "\r\n";
  }
  void line(std::string_view key, std::uint64_t value) { line(key, std::to_string(value)); }

  std::string text() && { return std::move(text_); }

 private:
  Arguments names_;
  std::string text_;
};

}  // namespace

void serve_command(Arguments arguments, RespReply reply) {
  if (arguments.size() == 1) return describe_all(reply);
  const auto* subcommand = find_subcommand<Serve>("command", kCommandSubcommands, arguments, reply);
  if (subcommand != nullptr) subcommand->serve(arguments, reply);
}

// Of the keys that Redis has, those that clients and tools look for.
std::string info_text(Arguments names, const RespFigures& figures) {
  InfoText info(names);
  if (info.begin("Server")) {
    const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(figures.uptime).count();
    info.line("redis_version", kRedisVersion);
    info.line("tally_version", TALLY_VERSION);
    info.line("redis_mode", "standalone");
    info.line("run_id", figures.run.text());
    info.line("tcp_port", figures.port);
    info.line("uptime_in_seconds", static_cast<std::uint64_t>(uptime));
    info.line("uptime_in_days", static_cast<std::uint64_t>(uptime / (24 * 60 * 60)));
  }
  if (info.begin("Clients")) {
    info.line("connected_clients", figures.connections);
    info.line("maxclients", figures.most_connections);
    info.line("blocked_clients", 0);
  }
  if (info.begin("Persistence")) info.line("loading", figures.starting ? 1 : 0);
  if (info.begin("Stats")) {
    info.line("total_connections_received", figures.connections_ever);
    info.line("total_commands_processed", figures.commands_ever);
    info.line("tally_adds", figures.adds_ever);
  }
  if (info.begin("Replication")) {
    info.line("role", "master");
    info.line("connected_slaves", 0);
  }
  if (info.begin("Cluster")) info.line("cluster_enabled", 0);
  if (info.begin("Keyspace") && figures.counters > 0) {
    info.line("db0", "keys=" + std::to_string(figures.counters) + ",expires=0,avg_ttl=0");
  }
  return std::move(info).text();
}

}  // namespace tally
