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
#include "client/did_you_mean.h"
#include "program/help.h"
#include "program/option_file.h"
#include "program/option_table.h"

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
  kList = 256,
  kWatch = 512,
  kTop = 1024,
  kDoctor = 2048,
  kCompletion = 4096,
  kHelp = 8192,
  kToken = 16384,
  kListening = kBalancer | kServer,
  kClient = kAdd | kGet | kServers | kCount | kShell | kList | kWatch | kTop | kDoctor,
  kAll = kListening | kUp | kClient | kToken,
};

constexpr Subcommand kSubcommands[] = {
    {kAdd, SubcommandGroup::count, "add", "NAME [DELTA]",
     "add DELTA (or 1) to a counter and print its new value"},
    {kCount, SubcommandGroup::count, "count", "[FILE]",
     "add 1 to the counter that each line of FILE or the input names"},
    {kGet, SubcommandGroup::count, "get", "NAME...",
     "print a counter's value, or a line for each of several"},
    {kShell, SubcommandGroup::count, "shell", "", "modify and read counters at a prompt"},
    {kList, SubcommandGroup::look, "ls", "[PREFIX]", "list counters and their values"},
    {kWatch, SubcommandGroup::look, "watch", "NAME...", "print a counter's value whenever it changes"},
    {kTop, SubcommandGroup::look, "top", "[PREFIX]",
     "show the largest counters, their rates and the servers, live"},
    {kServers, SubcommandGroup::look, "servers", "", "print a table of the counting servers"},
    {kDoctor, SubcommandGroup::look, "doctor", "", "check a cluster and explain what is wrong"},
    {kUp, SubcommandGroup::run, "up", "",
     "run a balancer and counting servers on this machine, to try Tally"},
    {kServer, SubcommandGroup::run, "server", "", "run a counting server"},
    {kBalancer, SubcommandGroup::run, "balancer", "", "run a load balancing server"},
    {kToken, SubcommandGroup::run, "token", "NAME",
     "make a token that lets its bearer in, print it, and add its hash to --tokens"},
    {kCompletion, SubcommandGroup::other, "completion", "bash|zsh|fish",
     "print a script that completes commands in that shell"},
    {kHelp, SubcommandGroup::other, "help", "[COMMAND]", "explain a command"},
};

constexpr Option kOptions[] = {
    {"id", kServer, "ID", "this server's name, its own among all servers"},
    {"listen", kListening, "HOST:PORT", "where to listen [127.0.0.1:7070; a server 127.0.0.1:7071]"},
    {"advertise", kServer, "URL", "where others reach this server [where it listens]"},
    {"balancer", kServer | kClient, "URL[,URL...]", "the balancers [a client: http://127.0.0.1:7070]",
     OptionGroup::cluster},
    {"lease", kBalancer, "DURATION", "a server that was silent for this long is down [3s]"},
    {"share-interval", kServer | kUp, "DURATION", "how often servers share what they counted [1s]"},
    {"recovery-timeout", kServer, "DURATION", "be ready after this, whoever has not answered [5s]"},
    {"threads", kServer, "N", "threads that serve requests [one for each processor that it may use]"},
    {"max-counters", kServer, "N", "counters that clients make, at most [10000000]", OptionGroup::limits},
    {"ack", kServer, "memory|disk|peers:K",
     "what the reply to an add waits for [disk with --data, else memory]"},
    {"data", kServer | kUp, "DIR", "the folder to keep counts in [none: in memory alone]"},
    {"resp", kServer, "HOST:PORT", "where to speak the Redis protocol [nowhere]"},
    {"resp-idle-timeout", kServer, "DURATION", "for a connection between two commands there [any time]",
     OptionGroup::limits},
    {"tls-cert", kListening, "FILE", "speak TLS as this certificate, its chain behind it [no TLS]",
     OptionGroup::security},
    {"tls-key", kListening, "FILE", "the certificate's private key", OptionGroup::security},
    {"tls-ca", kListening | kClient, "FILE",
     "the CAs that are trusted, for servers and balancers [the system's]", OptionGroup::security},
    {"tls-peers", kListening, "", "take only those for servers who show a certificate of that CA",
     OptionGroup::security},
    {"header-timeout", kListening, "DURATION", "for a request's header, or a TLS handshake, to arrive [10s]",
     OptionGroup::limits},
    {"body-timeout", kListening, "DURATION", "for a request's body to arrive [30s]", OptionGroup::limits},
    {"idle-timeout", kListening, "DURATION", "for a connection between two requests [60s]",
     OptionGroup::limits},
    {"max-connections", kListening, "N", "connections at once, over each protocol [10000]",
     OptionGroup::limits},
    {"servers", kUp, "N", "how many counting servers, 1 to 26 [2]"},
    {"port", kUp, "PORT", "the balancer's; the servers have those after it [7070]"},
    {"resp-port", kUp, "PORT",
     "the first server's for the Redis protocol; the others have those after it [6371]"},
    {"client", kClient, "ID", "a client id keeps its counting server [user@host]", OptionGroup::cluster},
    {"prefix", kCount, "P", "put before every line"},
    {"fresh", kGet, "", "ask every server that can be reached first"},
    {"by", kList | kTop, "name|value|rate", "the order; ls has no rates [ls: name, top: value]"},
    {"limit", kList, "N", "list so many at most [all]"},
    {"every", kWatch | kTop, "DURATION", "how often to look [1s]"},
    {"output", kAdd | kGet | kServers | kCount | kList | kWatch | kDoctor, "text|json",
     "json: an object a line [text]", OptionGroup::main, 'o'},
    {"tokens", kListening | kToken, "FILE", "who may do what (docs/security.md) [whoever can reach it, all]",
     OptionGroup::security},
    {"cluster-token-file", kListening, "FILE", "the secret of the servers among themselves [none]",
     OptionGroup::security},
    {"scope", kToken, "read,write,admin", "what the bearer may do: one of these, or more"},
    {"token-file", kClient, "FILE",
     "the token to show; or the variable TALLY_TOKEN is the token itself [none]", OptionGroup::security},
    {"insecure", kListening | kUp, "", "listen beyond loopback without tokens and TLS",
     OptionGroup::security},
    {"config", kAll, "FILE", "a file of options (docs/tally.toml.example)"},
};

Error wrong(std::string detail) { return Error{Errc::invalid, std::move(detail)}; }

// "--output,-o", as CLI11 wants it.
std::string names_of(const Option& option) {
  return flag(option) + (option.letter == 0 ? "" : std::string(",-") + option.letter);
}

template <class Entries>
std::string did_you_mean_one_of(std::string_view word, const Entries& entries, std::string_view before) {
  std::vector<std::string> names;
  for (const auto& entry : entries) names.push_back(std::string(before) + std::string(entry.name));
  if (word.starts_with("-")) names.insert(names.end(), {"--help", "--version"});
  const std::vector<std::string_view> known(names.begin(), names.end());
  return did_you_mean(word, known);
}

// `tally help WORD`
Result<HelpText> explain(const std::vector<std::string>& words) {
  if (words.empty()) return HelpText{general_help()};
  if (words.size() > 1) return wrong("'tally help' explains one COMMAND: say 'tally help " + words[0] + "'.");
  const Subcommand* const subcommand = find_subcommand(words[0]);
  if (subcommand != nullptr) return HelpText{help_of(*subcommand)};
  return wrong("There is no command " + quote(words[0]) + "." +
               did_you_mean_one_of(words[0], kSubcommands, "") + " See 'tally --help'.");
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

// What stands there is seen by everybody with ps, and kept by shells: it is refused, and not repeated.
bool has_a_token(std::span<const char* const> arguments) {
  for (const std::string_view argument : arguments) {
    if (argument == "--") return false;
    if (argument == "--token" || argument.starts_with("--token=")) return true;
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
  if (has_a_token(arguments)) {
    return wrong(
        "There is no --token, since everybody sees command lines: put the token into a file and name "
        "that with --token-file, or put it into the variable TALLY_TOKEN.");
  }
  std::vector<std::string> rest = with_empty_values_apart(arguments);
  std::vector<std::string> words;
  std::array<std::string, std::size(kOptions)> texts;
  std::array<CLI::Option*, std::size(kOptions)> options{};

  CLI::App app;
  app.require_subcommand(1, 1);
  app.set_version_flag("--version", "tally " TALLY_VERSION);
  for (std::size_t i = 0; i < std::size(kOptions); ++i) {
    options[i] = kOptions[i].value.empty() ? app.add_flag(names_of(kOptions[i]), texts[i])
                                           : app.add_option(names_of(kOptions[i]), texts[i]);
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
    return parsed.empty() ? nullptr : find_subcommand(parsed.front()->get_name());
  };
  const auto see_help = [&chosen] {
    const Subcommand* const subcommand = chosen();
    return std::string(" See 'tally ") + (subcommand ? std::string(subcommand->name) + " " : "") + "--help'.";
  };
  try {
    std::ranges::reverse(rest);  // as CLI11 wants them
    app.parse(std::move(rest));
  } catch (const CLI::CallForHelp&) {
    const Subcommand* const subcommand = chosen();
    return HelpText{subcommand != nullptr ? help_of(*subcommand) : general_help()};
  } catch (const CLI::CallForVersion& version) {
    return HelpText{std::string(version.what()) + "\n"};
  } catch (const CLI::RequiredError&) {
    const auto unknown = app.remaining();
    if (unknown.empty()) return wrong("Say what to do, such as 'tally get NAME'." + see_help());
    const bool is_option = unknown.front().starts_with('-');
    const std::string meant = is_option ? did_you_mean_one_of(unknown.front(), kOptions, "--")
                                        : did_you_mean_one_of(unknown.front(), kSubcommands, "");
    return wrong("There is no " + std::string(is_option ? "option " : "command ") + quote(unknown.front()) +
                 "." + meant + see_help());
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string what = error.what();
    return wrong(what.substr(0, what.find(':')) + " takes one value, once." + see_help());
  } catch (const CLI::ExtrasError&) {
    const std::string extra = app.remaining(true).front();
    const Subcommand* const subcommand = chosen();
    const bool may_be_a_word = subcommand != nullptr && !subcommand->arguments.empty();
    return wrong("There is no option " + quote(extra) + "." +
                 did_you_mean_one_of(extra.substr(0, extra.find('=')), kOptions, "--") +
                 (may_be_a_word ? " If it is a name, say '" + behind_dashes(*subcommand, extra) + "'." : "") +
                 see_help());
  } catch (const CLI::ParseError& error) {
    return wrong(std::string(error.what()) + "." + see_help());
  }

  CommandLine line{.subcommand = chosen(), .given = {}};
  if (line.subcommand->bit == kHelp) {
    auto help = explain(words);
    if (!help) return help.error();
    return *std::move(help);
  }
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
    const Subcommand* const owner = find_subcommand(section.name);
    if (owner == nullptr && !section.name.empty()) {
      return wrong(path + ": unknown section [" + section.name +
                   "]. A section has the name of a subcommand.");
    }
    for (const FileOption& given : section.options) {
      const std::string key = (owner != nullptr ? section.name + "." : "") + given.key;
      const Option* const option = find_option(given.key);
      if (option == nullptr || option->name == "config" || (owner != nullptr && !takes(*owner, *option))) {
        return wrong(path + ": unknown key '" + key +
                     "'. Keys are the names of options, see 'tally help server' and the like.");
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

std::span<const Subcommand> subcommands() { return kSubcommands; }

std::span<const Option> options() { return kOptions; }

const Subcommand* find_subcommand(std::string_view name) {
  const auto* const found = std::ranges::find(kSubcommands, name, &Subcommand::name);
  return found == std::end(kSubcommands) ? nullptr : found;
}

const Option* find_option(std::string_view name) {
  const auto* const found = std::ranges::find(kOptions, name, &Option::name);
  return found == std::end(kOptions) ? nullptr : found;
}

std::string variable(const Option& option) {
  std::string name = "TALLY_";
  for (const char c : option.name) name += c == '-' ? '_' : static_cast<char>(c - 'a' + 'A');
  return name;
}

std::string behind_dashes(const Subcommand& subcommand, std::string_view word) {
  return "tally " + std::string(subcommand.name) + " -- " + std::string(word);
}

Result<std::variant<OptionValues, HelpText>> gather_option_values(std::span<const char* const> arguments,
                                                                  const Environment& environment) {
  auto read = read_arguments(arguments);
  if (!read) return read.error();
  if (auto* const help = std::get_if<HelpText>(&*read)) return std::move(*help);

  auto& [subcommand, given] = std::get<CommandLine>(*read);
  // A secret has a variable and no flag. What --token-file says comes before it, being a flag.
  const char* const secret = (subcommand->bit & kClient) != 0 ? environment("TALLY_TOKEN") : nullptr;
  if (secret != nullptr && *secret != 0 && !given.values.contains("token-file"))
    given.values.try_emplace("token", OptionValue{secret, "TALLY_TOKEN"});

  // An earlier source's value stays when a later one has the same.
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
  if (given.values.contains("token")) given.values.erase("token-file");
  return std::move(given);
}

}  // namespace tally
