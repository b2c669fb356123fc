#include "program/option_values.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "api/text.h"
#include "program/option_file.h"

namespace tally {

namespace {

// Subcommands, and sets of them.
enum : unsigned {
  kBalancer = 1,
  kServer = 2,
  kUp = 4,
  kAdd = 8,
  kGet = 16,
  kServers = 32,
  kCount = 64,
  kShell = 128,
  kListening = kBalancer | kServer,
  kClient = kAdd | kGet | kServers | kCount | kShell,
  kAll = kListening | kUp | kClient,
};

struct Subcommand {
  unsigned bit;
  std::string_view name;
  std::string_view arguments;
  std::string_view help;
};

constexpr Subcommand kSubcommands[] = {
    {kBalancer, "balancer", "", "run a load balancing server"},
    {kServer, "server", "", "run a counting server"},
    {kUp, "up", "", "run a balancer and counting servers on this machine, to try Tally"},
    {kAdd, "add", "NAME [DELTA]", "add DELTA (or 1) to a counter and print its new value"},
    {kGet, "get", "NAME...", "print a counter's value, or a line for each of several"},
    {kServers, "servers", "", "print a table of the counting servers"},
    {kCount, "count", "[FILE]", "add 1 to the counter that each line of FILE or the input names"},
    {kShell, "shell", "", "modify and read counters at a prompt"},
};

struct Option {
  std::string_view name;
  unsigned subcommands;    // that take it
  std::string_view value;  // what stands for the value in the help; empty: a flag
  std::string_view help;
};

constexpr Option kOptions[] = {
    {"id", kServer, "ID", "this server's name, its own among all servers"},
    {"listen", kListening, "HOST:PORT", "where to listen [127.0.0.1:7070; a server 127.0.0.1:7071]"},
    {"advertise", kServer, "URL", "where others reach this server [where it listens]"},
    {"balancer", kServer | kClient, "URL[,URL...]", "the balancers [a client: http://127.0.0.1:7070]"},
    {"lease", kBalancer, "DURATION", "a server that was silent for this long is down [3s]"},
    {"share-interval", kServer | kUp, "DURATION", "how often servers share what they counted [1s]"},
    {"recovery-timeout", kServer, "DURATION", "be ready after this, whoever has not answered [5s]"},
    {"threads", kServer, "N", "threads that serve requests [one for each processor that it may use]"},
    {"max-counters", kServer, "N", "counters that clients make, at most [10000000]"},
    {"ack", kServer, "memory|disk|peers:K",
     "what the reply to an add waits for [disk with --data, else memory]"},
    {"data", kServer | kUp, "DIR", "the folder to keep counts in [none: in memory alone]"},
    {"resp", kServer, "HOST:PORT", "where to speak the Redis protocol [nowhere]"},
    {"resp-idle-timeout", kServer, "DURATION", "for a connection between two commands there [any time]"},
    {"tls-cert", kListening, "FILE", "speak TLS as this certificate, its chain behind it [no TLS]"},
    {"tls-key", kListening, "FILE", "the certificate's private key"},
    {"tls-ca", kListening | kClient, "FILE",
     "the CAs that are trusted, for servers and balancers [the system's]"},
    {"tls-peers", kListening, "", "take only those for servers who show a certificate of that CA"},
    {"header-timeout", kListening, "DURATION", "for a request's header, or a TLS handshake, to arrive [10s]"},
    {"body-timeout", kListening, "DURATION", "for a request's body to arrive [30s]"},
    {"idle-timeout", kListening, "DURATION", "for a connection between two requests [60s]"},
    {"max-connections", kListening, "N", "connections at once, over each protocol [10000]"},
    {"servers", kUp, "N", "how many counting servers, 1 to 26 [2]"},
    {"port", kUp, "PORT", "the balancer's; the servers have those after it [7070]"},
    {"resp-port", kUp, "PORT",
     "the first server's for the Redis protocol; the others have those after it [6371]"},
    {"client", kClient, "ID", "a client id keeps its counting server [user@host]"},
    {"prefix", kCount, "P", "put before every line"},
    {"insecure", kListening | kUp, "", "accepted; changes nothing while there is no authentication"},
    {"config", kAll, "FILE", "a file of options (docs/tally.toml.example)"},
};

Error wrong(std::string detail) { return Error{Errc::invalid, std::move(detail)}; }

template <class Entries>
auto find(const Entries& entries, std::string_view name) -> decltype(std::begin(entries)) {
  const auto found = std::ranges::find(entries, name, [](const auto& entry) { return entry.name; });
  return found == std::end(entries) ? nullptr : found;
}

bool takes(const Subcommand& subcommand, const Option& option) {
  return (option.subcommands & subcommand.bit) != 0;
}

std::string flag(const Option& option) { return "--" + std::string(option.name); }

std::string variable(const Option& option) {
  std::string name = "TALLY_";
  for (const char c : option.name) name += c == '-' ? '_' : static_cast<char>(c - 'a' + 'A');
  return name;
}

// "tally add -- -x"
std::string behind_dashes(const Subcommand& subcommand, const std::string& word) {
  return "tally " + std::string(subcommand.name) + " -- " + word;
}

std::string help_text(const Subcommand* subcommand) {
  std::string text;
  const auto line = [&text](std::string left, std::string_view right) {
    left.resize(std::max<std::size_t>(left.size() + 2, 30), ' ');
    text.append("  ").append(left).append(right).append("\n");
  };
  if (subcommand != nullptr) {
    text.append("Usage: tally ")
        .append(subcommand->name)
        .append(" [OPTION...]")
        .append(subcommand->arguments.empty() ? "" : " ")
        .append(subcommand->arguments)
        .append("\nTo ")
        .append(subcommand->help)
        .append(".\n");
    if (!subcommand->arguments.empty())
      text.append("Words that look like options stand behind --: ")
          .append(behind_dashes(*subcommand, "-x"))
          .append("\n");
    text.append("\n");
  } else {
    text.append("Usage: tally COMMAND [OPTION...]\nA distributed counter.\n\n");
    for (const Subcommand& each : kSubcommands) {
      line(std::string(each.name) + " " + std::string(each.arguments), each.help);
    }
    text.append("\n");
  }
  for (const Option& each : kOptions) {
    if (subcommand == nullptr || takes(*subcommand, each))
      line(flag(each) + " " + std::string(each.value), each.help);
  }
  line("--help, --version", "say this, or which version this is");
  return text +
         "\nEvery option can also come from a variable (--share-interval from TALLY_SHARE_INTERVAL) or from "
         "the file of\n"
         "--config; the flag comes first, then the variable, then the file.\n";
}

// CLI11 would take "--prefix= x" for "--prefix=x".
std::vector<std::string> with_empty_values_apart(std::span<const char* const> arguments) {
  std::vector<std::string> apart;
  bool options = true;
  for (const std::string_view argument : arguments) {
    options = options && argument != "--";
    if (options && argument.starts_with("--") && argument.find('=') == argument.size() - 1) {
      apart.emplace_back(argument.substr(0, argument.size() - 1));
      apart.emplace_back();
    } else {
      apart.emplace_back(argument);
    }
  }
  return apart;
}

// CLI11 would take it for the end of the subcommand, and forget what follows.
bool has_bare_plusses(std::span<const char* const> arguments) {
  std::string_view before;
  for (const std::string_view argument : arguments) {
    if (argument == "--") return false;
    const bool is_value = before.starts_with("--") && before.find('=') == std::string_view::npos;
    if (argument == "++" && !is_value) return true;
    before = argument;
  }
  return false;
}

struct CommandLine {
  const Subcommand* subcommand;
  OptionValues given;
};

// CLI11 reads the command line alone: its own order of sources is flag, file, variable.
Result<std::variant<CommandLine, HelpText>> read_arguments(std::span<const char* const> arguments) {
  if (has_bare_plusses(arguments)) return wrong("A '++' must stand behind --: say 'tally add -- ++'.");
  std::vector<std::string> rest = with_empty_values_apart(arguments);
  std::vector<std::string> words;
  std::array<std::string, std::size(kOptions)> texts;
  std::array<CLI::Option*, std::size(kOptions)> options{};

  CLI::App app;
  app.require_subcommand(1, 1);
  app.set_version_flag("--version", "tally " TALLY_VERSION);
  for (std::size_t i = 0; i < std::size(kOptions); ++i) {
    options[i] = kOptions[i].value.empty() ? app.add_flag(flag(kOptions[i]), texts[i])
                                           : app.add_option(flag(kOptions[i]), texts[i]);
  }
  for (const Subcommand& each : kSubcommands) {
    CLI::App* const subcommand = app.add_subcommand(std::string(each.name));
    subcommand->fallthrough();  // options may stand behind it, too
    subcommand->set_help_flag();
    // A list as such would take an argument like "[a,b]" apart.
    subcommand->add_option("WORD", words)
        ->expected(static_cast<int>(rest.size()) + 1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  const auto chosen = [&app]() -> const Subcommand* {
    const auto parsed = app.get_subcommands();
    return parsed.empty() ? nullptr : find(kSubcommands, parsed.front()->get_name());
  };
  const auto see_help = [&chosen] {
    const Subcommand* const subcommand = chosen();
    return std::string(" See 'tally ") + (subcommand ? std::string(subcommand->name) + " " : "") + "--help'.";
  };
  try {
    std::ranges::reverse(rest);  // as CLI11 wants them
    app.parse(std::move(rest));
  } catch (const CLI::CallForHelp&) {
    return HelpText{help_text(chosen())};
  } catch (const CLI::CallForVersion& version) {
    return HelpText{std::string(version.what()) + "\n"};
  } catch (const CLI::RequiredError&) {
    const auto unknown = app.remaining();
    return wrong((unknown.empty() ? "Say what to do:" : "There is no " + quote(unknown.front()) + ": say") +
                 std::string(" balancer, server, up, add, get, servers, count or shell.") + see_help());
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string what = error.what();
    return wrong(what.substr(0, what.find(':')) + " takes one value, once." + see_help());
  } catch (const CLI::ExtrasError&) {
    const std::string extra = app.remaining(true).front();
    const Subcommand* const subcommand = chosen();
    const bool may_be_a_word = subcommand != nullptr && !subcommand->arguments.empty();
    return wrong("There is no option " + quote(extra) + "." +
                 (may_be_a_word ? " If it is a name, say '" + behind_dashes(*subcommand, extra) + "'." : "") +
                 see_help());
  } catch (const CLI::ParseError& error) {
    return wrong(std::string(error.what()) + "." + see_help());
  }

  CommandLine line{.subcommand = chosen(), .given = {}};
  for (std::size_t i = 0; i < std::size(kOptions); ++i) {
    if (options[i]->count() == 0) continue;
    if (!takes(*line.subcommand, kOptions[i])) {
      return wrong("'tally " + std::string(line.subcommand->name) + "' takes no " + flag(kOptions[i]) + "." +
                   see_help());
    }
    line.given.values[std::string(kOptions[i].name)] = {texts[i], flag(kOptions[i])};
  }
  line.given.words = std::move(words);
  line.given.words.emplace(line.given.words.begin(), line.subcommand->name);
  return line;
}

using Values = decltype(OptionValues::values);

constexpr std::size_t kLargestFile = 1024 * 1024;

Result<std::string> text_of(const std::string& path) {
  if (std::error_code error; std::filesystem::is_directory(path, error))
    return wrong("The path " + path + " of --config is a folder: name a file.");
  std::ifstream file(path, std::ios::binary);
  std::string text(kLargestFile + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.eof() && file.gcount() == 0)
    return wrong("The file " + path +
                 " of --config cannot be read: check that it is there and that you may read it.");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kLargestFile)
    return wrong("The file " + path + " of --config is over 1 MiB: name a file of options.");
  return text;
}

Result<Values> read_file(const std::string& path, const Subcommand& subcommand) {
  const auto text = text_of(path);
  if (!text) return text.error();
  const auto sections = parse_option_file(*text);
  if (!sections) return wrong(path + ", " + sections.error().detail);
  Values own;        // from the section of this subcommand
  Values everyones;  // from no section
  for (const FileSection& section : *sections) {
    const Subcommand* const owner = find(kSubcommands, section.name);
    if (owner == nullptr && !section.name.empty()) {
      return wrong(path + ": unknown section [" + section.name +
                   "]. A section has the name of a subcommand.");
    }
    for (const FileOption& given : section.options) {
      const std::string key = (owner != nullptr ? section.name + "." : "") + given.key;
      const Option* const option = find(kOptions, given.key);
      if (option == nullptr || option->name == "config" || (owner != nullptr && !takes(*owner, *option))) {
        return wrong(path + ": unknown key '" + key +
                     "'. Keys are the names of options, see 'tally --help'.");
      }
      if (given.values.size() != 1 && option->name != "balancer") {
        return wrong(path + ": '" + key + "' is a list. Give it one value.");
      }
      const bool for_others = (owner != nullptr && owner != &subcommand) || !takes(subcommand, *option);
      if (for_others) continue;
      OptionValue value{CLI::detail::join(given.values, ","), "'" + key + "' in " + path};
      if (!(owner != nullptr ? own : everyones).try_emplace(given.key, std::move(value)).second)
        return wrong(path + ": '" + key + "' is there twice. Keep one of them.");
    }
  }
  own.merge(everyones);  // keeps what it has
  return own;
}

}  // namespace

Result<std::variant<OptionValues, HelpText>> gather_option_values(std::span<const char* const> arguments,
                                                                  const Environment& environment) {
  auto read = read_arguments(arguments);
  if (!read) return read.error();
  if (auto* const help = std::get_if<HelpText>(&*read)) return std::move(*help);

  // An earlier source's value stays when a later one has the same.
  auto& [subcommand, given] = std::get<CommandLine>(*read);
  for (const Option& option : kOptions) {
    const char* const text = takes(*subcommand, option) ? environment(variable(option).c_str()) : nullptr;
    if (text != nullptr && *text != 0)
      given.values.try_emplace(std::string(option.name), OptionValue{text, variable(option)});
  }
  if (const auto config = given.values.find("config"); config != given.values.end()) {
    auto file = read_file(config->second.text, *subcommand);
    if (!file) return file.error();
    given.values.merge(*file);
  }
  return std::move(given);
}

}  // namespace tally
