#include "program/options.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "api/ack.h"
#include "api/text.h"
#include "base/check.h"
#include "count/counter_name.h"
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
  if (check_counter_name(std::string(text) + "x")) return std::string(text);
  return wrong("A prefix is at most 254 bytes of UTF-8 without control characters.");
}

Result<std::string> parse_folder(std::string_view text) {
  if (text.empty()) return wrong("A data folder has a name.");
  return std::string(text);
}

Result<std::string> parse_file(std::string_view text) {
  if (text.empty()) return wrong("A file has a name.");
  return std::string(text);
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
  reader.read("insecure", options.insecure, parse_flag);
}

Result<Command> read_balancer(Reader& reader) {
  BalancerOptions options{.listen = {"127.0.0.1", 7070}};
  read_listening(reader, options);
  reader.read("lease", options.lease, parse_duration);
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
  reader.read("tls-ca", options.tls_authorities, parse_file);
  return options;
}

Result<Command> read_count(Reader& reader, const std::vector<std::string>& words) {
  CountOptions options{.client = read_client(reader), .prefix = "", .file = ""};
  reader.read("prefix", options.prefix, parse_prefix);
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
  return Command(AskOptions{read_client(reader), std::move(*command)});
}

Result<Command> read_command(Reader& reader, const std::vector<std::string>& words) {
  const std::string& subcommand = words[0];
  if (subcommand == "add" || subcommand == "get" || subcommand == "servers") return read_ask(reader, words);
  if (subcommand == "count") return read_count(reader, words);
  if (words.size() > 1)
    return wrong("'tally " + subcommand + "' takes options only, no " + quote(words[1]) + ".");
  if (subcommand == "balancer") return read_balancer(reader);
  if (subcommand == "server") return read_server(reader);
  if (subcommand == "up") return read_up(reader);
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
