#include "program/options.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "api/ack.h"
#include "api/text.h"
#include "api/tokens.h"
#include "base/check.h"
#include "count/counter_name.h"
#include "net/private_file.h"
#include "program/exposure.h"
#include "program/option_values.h"

namespace tally {

namespace {

Error wrong(std::string detail) { return Error{Errc::invalid, std::move(detail)}; }

// Reads values into their targets; a target whose option was not given keeps its default. The first error
// stays.
class Reader {
 public:
  explicit Reader(const OptionValues& given) : values_(given.values) {}

  template <class Target, class Parse>
  void read(std::string_view name, Target& target, Parse parse) {
    const auto given = values_.find(name);
    if (given == values_.end()) return;
    auto value = parse(std::string_view(given->second.text));
    if (value) {
      target = std::move(*value);
    } else {
      fail(given->second.source + ": " + value.error().detail);
    }
  }

  void fail(std::string detail) {
    if (!error_) error_ = wrong(std::move(detail));
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  const decltype(OptionValues::values)& values_;
  std::optional<Error> error_;
};

template <class Number>
auto number_between(Number least, Number most) {
  return [least, most](std::string_view text) -> Result<Number> {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc{} && stop == end && number >= least && number <= most) return number;
    return wrong(quote(text) + " is not an integer from " + std::to_string(least) + " to " +
                 std::to_string(most) + ".");
  };
}

Result<bool> parse_flag(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return wrong(quote(text) + " is neither true nor false.");
}

Result<std::vector<net::Url>> parse_urls(std::string_view text) {
  std::vector<net::Url> urls;
  do {
    auto url = net::Url::parse(take_until(text, ','));
    if (!url) return url.error();
    urls.push_back(std::move(*url));
  } while (!text.empty());
  return urls;
}

Result<std::string> parse_client_id(std::string_view text) {
  if (!check_counter_name(text))
    return wrong("A client id is 1 to 255 bytes of UTF-8 without control characters.");
  return std::string(text);
}

Result<std::string> parse_prefix(std::string_view text) {
  if (const auto good = check_prefix(text); !good) return good.error();
  return std::string(text);
}

Result<OutputFormat> parse_output(std::string_view text) {
  if (text == "text") return OutputFormat::text;
  if (text == "json") return OutputFormat::json;
  return wrong(quote(text) + " is no way to write an answer: say text or json.");
}

Result<ListOrder> parse_order(std::string_view text) {
  if (text == "name") return ListOrder::by_name;
  if (text == "value") return ListOrder::by_value_down;
  return wrong(quote(text) + " is no order of 'tally ls': say name or value.");
}

Result<TopOrder> parse_top_order(std::string_view text) {
  if (text == "name") return TopOrder::name;
  if (text == "value") return TopOrder::value;
  if (text == "rate") return TopOrder::rate;
  return wrong(quote(text) + " is no order: say name, value or rate.");
}

Result<std::string> parse_folder(std::string_view text) {
  if (text.empty()) return wrong("A data folder has a name.");
  return std::string(text);
}

Result<std::string> parse_file(std::string_view text) {
  if (text.empty()) return wrong("A file has a name.");
  return std::string(text);
}

Result<std::string> parse_token(std::string_view text) {
  if (is_secret(text)) return std::string(text);
  return wrong("It is no token: one is letters, digits and - . _ ~ + / =, as 'tally token' prints it.");
}

Result<std::string> read_token(std::string_view path) {
  const auto text = net::read_private_file(std::string(path));
  if (!text) return text.error();
  return parse_token(trimmed(*text));
}

void read_tls(Reader& reader, net::TlsOptions& tls) {
  reader.read("tls-cert", tls.certificate, parse_file);
  reader.read("tls-key", tls.key, parse_file);
  reader.read("tls-ca", tls.authorities, parse_file);
  reader.read("tls-peers", tls.ask_clients, parse_flag);
  if (tls.certificate.empty() != tls.key.empty()) {
    reader.fail("A certificate and its key belong together: say both --tls-cert and --tls-key.");
  }
  if (tls.ask_clients && (tls.certificate.empty() || tls.authorities.empty())) {
    reader.fail(
        "--tls-peers needs --tls-cert and --tls-key, which this server shows to others, and --tls-ca, "
        "which says whose certificates it takes.");
  }
}

template <class Options>
void read_listening(Reader& reader, Options& options) {
  reader.read("listen", options.listen, net::Endpoint::parse);
  reader.read("header-timeout", options.limits.header_timeout, parse_duration);
  options.limits.handshake_timeout = options.limits.header_timeout;
  read_tls(reader, options.tls);
  reader.read("body-timeout", options.limits.body_timeout, parse_duration);
  reader.read("idle-timeout", options.limits.idle_timeout, parse_duration);
  reader.read("max-connections", options.limits.connections, number_between<std::size_t>(1, 1'000'000));
  reader.read("tokens", options.access.tokens, parse_file);
  reader.read("cluster-token-file", options.access.cluster, parse_file);
}

// `places`: all where it listens. `has_servers`: others, with which it must agree on who is one.
template <class Options>
void check_access(Reader& reader, const Options& options, const std::vector<Exposure::Place>& places,
                  bool has_servers) {
  const AccessFiles& access = options.access;
  Exposure exposure{
      .places = places, .has_tokens = !access.tokens.empty(), .has_tls = !options.tls.certificate.empty()};
  reader.read("insecure", exposure.insecure, parse_flag);
  if (const auto checked = check_exposure(exposure); !checked) reader.fail(checked.error().detail);
  if (has_servers && !access.tokens.empty() && access.cluster.empty()) {
    reader.fail(
        "--tokens keeps strangers from passing for servers, too: say with --cluster-token-file where the "
        "secret of all servers and balancers is (docs/security.md).");
  }
}

Result<Command> read_balancer(Reader& reader) {
  BalancerOptions options{.listen = {"127.0.0.1", 7070}};
  read_listening(reader, options);
  reader.read("lease", options.lease, parse_duration);
  check_access(reader, options, {{"--listen", options.listen}}, true);
  return Command(std::move(options));
}

Result<Command> read_server(Reader& reader) {
  std::optional<ServerId> id;
  reader.read("id", id, ServerId::parse);
  if (!id) {
    reader.fail("A counting server needs a name of its own: say --id, such as --id a.");
    return *reader.error();
  }
  ServerOptions options{.id = std::move(*id), .listen = {"127.0.0.1", 7071}};
  read_listening(reader, options);
  reader.read("advertise", options.advertise, net::Url::parse);
  reader.read("balancer", options.balancers, parse_urls);
  reader.read("share-interval", options.share_interval, parse_duration);
  reader.read("recovery-timeout", options.recovery_timeout, parse_duration);
  reader.read("threads", options.threads, number_between(1U, 1024U));
  reader.read("max-counters", options.most_counters, number_between<std::size_t>(1, 1'000'000'000));
  reader.read("ack", options.ack, parse_ack);
  reader.read("data", options.data, parse_folder);
  reader.read("resp", options.resp, net::Endpoint::parse);
  reader.read("resp-idle-timeout", options.resp_idle_timeout, parse_duration);
  if (options.resp && *options.resp == options.listen && options.listen.port != 0) {
    reader.fail("--listen and --resp are both " + options.listen.text() + ": each needs a port of its own.");
  }
  if (options.ack && options.ack->holder == Ack::Holder::disk && options.data.empty()) {
    reader.fail("--ack disk needs a disk: say with --data which folder to keep the counts in.");
  }
  if (options.advertise && !options.advertise->tls && !options.tls.certificate.empty()) {
    reader.fail("With --tls-cert others reach this server over TLS alone: begin --advertise with https://.");
  }
  if (!options.advertise && (options.listen.host == "0.0.0.0" || options.listen.host == "::")) {
    reader.fail("Listening at " + options.listen.text() +
                " is listening at every address: say with --advertise URL which one others shall use.");
  }
  std::vector<Exposure::Place> places{{"--listen", options.listen}};
  if (options.resp) places.push_back({"--resp", *options.resp});
  check_access(reader, options, places, !options.balancers.empty());
  return Command(std::move(options));
}

Result<Command> read_up(Reader& reader) {
  UpOptions options;
  reader.read("servers", options.servers, number_between(1U, kMostServersUp));
  reader.read("share-interval", options.share_interval, parse_duration);
  reader.read("port", options.port, number_between<std::uint16_t>(1, 65535 - kMostServersUp));
  reader.read("resp-port", options.resp_port, number_between<std::uint16_t>(1, 65535 - kMostServersUp));
  reader.read("config", options.config_file, [](std::string_view path) { return Result<std::string>(path); });
  reader.read("data", options.data, parse_folder);
  bool insecure = false;
  reader.read("insecure", insecure, parse_flag);
  // --port's are one more: the balancer's.
  if (options.resp_port <= options.port + options.servers &&
      options.port < options.resp_port + options.servers) {
    reader.fail("--port and --resp-port name some ports twice: leave " + std::to_string(options.servers + 1) +
                " from " + std::to_string(options.port) + " on to --port.");
  }
  return Command(std::move(options));
}

ClientOptions read_client(Reader& reader) {
  ClientOptions options{.balancers = {{"127.0.0.1", 7070}}, .client_id = default_client_id()};
  reader.read("balancer", options.balancers, parse_urls);
  reader.read("client", options.client_id, parse_client_id);
  reader.read("token-file", options.token, read_token);
  reader.read("token", options.token, parse_token);  // from its variable; --token-file is a file's then
  reader.read("tls-ca", options.tls_authorities, parse_file);
  return options;
}

Result<Command> read_count(Reader& reader, const std::vector<std::string>& words) {
  CountOptions options{.client = read_client(reader), .prefix = "", .file = ""};
  reader.read("prefix", options.prefix, parse_prefix);
  reader.read("output", options.output, parse_output);
  if (words.size() > 2)
    reader.fail("'tally count' reads one FILE: join several with 'cat FILE... | tally count'.");
  if (words.size() == 2 && words[1].empty())
    reader.fail("The FILE of 'tally count' has no name: name one, or none for the standard input.");
  if (words.size() == 2 && words[1] != "-") options.file = words[1];
  return Command(std::move(options));
}

Result<Command> read_ask(Reader& reader, const std::vector<std::string>& words) {
  auto command = parse_command(words);
  if (!command) return command.error();
  if (auto* const get = std::get_if<GetCommand>(&*command)) reader.read("fresh", get->fresh, parse_flag);
  if (auto* const list = std::get_if<ListCommand>(&*command)) {
    reader.read("by", list->order, parse_order);
    reader.read("limit", list->limit, number_between<std::uint64_t>(1, ListCommand{}.limit));
  }
  if (auto* const watch = std::get_if<WatchCommand>(&*command)) {
    reader.read("every", watch->every, parse_duration);
  }
  AskOptions options{read_client(reader), *std::move(command)};
  reader.read("output", options.output, parse_output);
  return Command(std::move(options));
}

Result<Command> read_top(Reader& reader, const std::vector<std::string>& words) {
  TopOptions options{.client = read_client(reader)};
  if (words.size() > 2) return wrong("'tally top' takes one PREFIX at most.");
  if (words.size() == 2) options.prefix = words[1];
  if (auto good = check_prefix(options.prefix); !good) return good.error();
  reader.read("by", options.order, parse_top_order);
  reader.read("every", options.every, parse_duration);
  return Command(std::move(options));
}

Result<Command> read_doctor(Reader& reader) {
  DoctorOptions options{.client = read_client(reader)};
  reader.read("output", options.output, parse_output);
  return Command(std::move(options));
}

Result<Command> read_completion(const std::vector<std::string>& words) {
  if (words.size() == 3 && words[1] == "at") return Command(CompleteOptions{words[2]});
  const auto script = words.size() == 2 ? completion_script(words[1]) : std::nullopt;
  if (script) return Command(HelpText{std::string(*script)});
  return wrong("'tally completion' takes the name of a shell: say bash, zsh or fish.");
}

constexpr std::string_view kAsks[] = {"add", "get", "ls", "servers", "watch"};

Result<Command> read_new_token(Reader& reader, const std::vector<std::string>& words) {
  NewTokenOptions options;
  reader.read("tokens", options.file, parse_file);
  reader.read("scope", options.scopes, Scopes::parse);
  if (words.size() != 2) reader.fail("'tally token' makes a token for a NAME: say 'tally token web'.");
  if (words.size() == 2) {
    options.name = words[1];
    const auto line = token_line(options.name, options.scopes, {});
    if (!line) reader.fail(line.error().detail);
  }
  if (options.scopes == Scopes{})
    reader.fail("Say with --scope what the token is for: read, write or admin.");
  if (options.file.empty()) reader.fail("Say with --tokens which file its hash belongs to.");
  return Command(std::move(options));
}

Result<Command> read_command(Reader& reader, const std::vector<std::string>& words) {
  const std::string& subcommand = words[0];
  if (std::ranges::find(kAsks, subcommand) != std::end(kAsks)) return read_ask(reader, words);
  if (subcommand == "count") return read_count(reader, words);
  if (subcommand == "top") return read_top(reader, words);
  if (subcommand == "completion") return read_completion(words);
  if (subcommand == "token") return read_new_token(reader, words);
  if (words.size() > 1)
    return wrong("'tally " + subcommand + "' takes options only, no " + quote(words[1]) + ".");
  if (subcommand == "balancer") return read_balancer(reader);
  if (subcommand == "server") return read_server(reader);
  if (subcommand == "up") return read_up(reader);
  if (subcommand == "doctor") return read_doctor(reader);
  TALLY_CHECK(subcommand == "shell");
  return Command(ShellOptions{read_client(reader)});
}

}  // namespace

Result<Command> parse_command_line(std::span<const char* const> arguments, const Environment& environment) {
  auto gathered = gather_option_values(arguments, environment);
  if (!gathered) return gathered.error();
  if (auto* const help = std::get_if<HelpText>(&*gathered)) return Command(std::move(*help));
  const auto& given = std::get<OptionValues>(*gathered);
  Reader reader(given);
  auto command = read_command(reader, given.words);
  if (reader.error()) return *reader.error();
  return command;
}

}  // namespace tally
