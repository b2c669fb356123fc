#include "program/options.h"

#include <cstdio>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "program/option_table.h"
#include "tests/program/command_line.h"

namespace tally {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// A file of options that is there as long as this.
struct OptionFile {
  explicit OptionFile(const std::string& text) {
    path = ::testing::TempDir() + "tally-" +
           std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "-" +
           std::to_string(reinterpret_cast<std::uintptr_t>(this)) + ".toml";
    std::ofstream(path) << text;
  }
  ~OptionFile() { std::remove(path.c_str()); }
  std::string path;
};

TEST(Options, EveryCommandHasItsDefaults) {
  const auto balancer = std::get<BalancerOptions>(parse({"balancer"}).value());
  EXPECT_EQ(balancer.listen.text(), "127.0.0.1:7070");
  EXPECT_EQ(balancer.lease, seconds(3));
  EXPECT_EQ(balancer.limits.connections, 10'000U);

  const auto server = std::get<ServerOptions>(parse({"server", "--id", "a"}).value());
  EXPECT_EQ(server.id.text(), "a");
  EXPECT_EQ(server.listen.text(), "127.0.0.1:7071");
  EXPECT_FALSE(server.advertise);
  EXPECT_TRUE(server.balancers.empty());
  EXPECT_EQ(server.share_interval, seconds(1));
  EXPECT_EQ(server.recovery_timeout, seconds(5));
  EXPECT_GE(server.threads, 1U);
  EXPECT_FALSE(server.ack);
  EXPECT_EQ(server.data, "");
  EXPECT_EQ(server.limits.header_timeout, seconds(10));
  EXPECT_EQ(server.limits.body_timeout, seconds(30));
  EXPECT_EQ(server.limits.idle_timeout, seconds(60));

  const auto up = std::get<UpOptions>(parse({"up"}).value());
  EXPECT_EQ(up.servers, 2U);
  EXPECT_EQ(up.port, 7070);
  EXPECT_EQ(up.resp_port, 6371);

  const auto add = std::get<AskOptions>(parse({"add", "n"}).value());
  EXPECT_EQ(add.client.balancers, (std::vector<net::Url>{{"127.0.0.1", 7070}}));
  EXPECT_NE(add.client.client_id.find('@'), std::string::npos);
  EXPECT_EQ(std::get<CountOptions>(parse({"count"}).value()).file, "");
  EXPECT_TRUE(std::holds_alternative<ShellOptions>(parse({"shell"}).value()));
  EXPECT_TRUE(
      std::holds_alternative<ServersCommand>(std::get<AskOptions>(parse({"servers"}).value()).command));
}

TEST(Options, AHandshakeMayTakeAsLongAsAHeader) {
  const auto server =
      std::get<ServerOptions>(parse({"server", "--id", "a", "--header-timeout", "3s"}).value());
  EXPECT_EQ(server.limits.handshake_timeout, seconds(3));
}

// What an option's value became, as text.
struct OptionCase {
  std::vector<std::string> command;
  std::string name;
  std::string given[3];  // three values, all different from the default
  std::string (*read)(const Command&);
};

const ServerOptions& server_of(const Command& command) { return std::get<ServerOptions>(command); }
const BalancerOptions& balancer_of(const Command& command) { return std::get<BalancerOptions>(command); }

const OptionCase kCases[] = {
    {{"server"}, "id", {"x", "y", "z"}, [](const Command& c) { return server_of(c).id.text(); }},
    {{"server", "--id", "a"},
     "listen",
     {"127.0.0.2:1", "[::1]:2", "localhost:3"},
     [](const Command& c) { return server_of(c).listen.text(); }},
    {{"server", "--id", "a"},
     "advertise",
     {"http://x:1", "http://x:2", "http://x:3"},
     [](const Command& c) { return server_of(c).advertise->text(); }},
    {{"server", "--id", "a"},
     "balancer",
     {"http://x:1", "http://x:2,http://y:2", "http://x:3"},
     [](const Command& c) {
       std::string text;
       for (const auto& url : server_of(c).balancers) text += (text.empty() ? "" : ",") + url.text();
       return text;
     }},
    {{"server", "--id", "a"},
     "share-interval",
     {"250ms", "5s", "2m"},
     [](const Command& c) { return to_text(server_of(c).share_interval); }},
    {{"server", "--id", "a"},
     "recovery-timeout",
     {"250ms", "7s", "2m"},
     [](const Command& c) { return to_text(server_of(c).recovery_timeout); }},
    {{"server", "--id", "a"},
     "threads",
     {"1001", "1002", "1003"},
     [](const Command& c) { return std::to_string(server_of(c).threads); }},
    {{"server", "--id", "a"},
     "max-counters",
     {"1001", "1002", "1003"},
     [](const Command& c) { return std::to_string(server_of(c).most_counters); }},
    {{"server", "--id", "a"},
     "header-timeout",
     {"1s", "2s", "3s"},
     [](const Command& c) { return to_text(server_of(c).limits.header_timeout); }},
    {{"server", "--id", "a"},
     "body-timeout",
     {"1s", "2s", "3s"},
     [](const Command& c) { return to_text(server_of(c).limits.body_timeout); }},
    {{"server", "--id", "a"},
     "idle-timeout",
     {"1s", "2s", "3s"},
     [](const Command& c) { return to_text(server_of(c).limits.idle_timeout); }},
    {{"server", "--id", "a"},
     "max-connections",
     {"1", "2", "3"},
     [](const Command& c) { return std::to_string(server_of(c).limits.connections); }},
    {{"server", "--id", "a", "--tls-key", "k"},
     "tls-cert",
     {"a.pem", "b.pem", "c.pem"},
     [](const Command& c) { return server_of(c).tls.certificate; }},
    {{"balancer", "--tls-cert", "c"},
     "tls-key",
     {"a.key", "b.key", "c.key"},
     [](const Command& c) { return balancer_of(c).tls.key; }},
    {{"get", "n"},
     "tls-ca",
     {"a.pem", "b.pem", "c.pem"},
     [](const Command& c) { return std::get<AskOptions>(c).client.tls_authorities; }},
    {{"balancer"},
     "listen",
     {"127.0.0.2:1", "127.0.0.1:2", "[::1]:3"},
     [](const Command& c) { return balancer_of(c).listen.text(); }},
    {{"balancer"},
     "lease",
     {"1s", "2s", "4s"},
     [](const Command& c) { return to_text(balancer_of(c).lease); }},
    {{"balancer"},
     "max-connections",
     {"1", "2", "3"},
     [](const Command& c) { return std::to_string(balancer_of(c).limits.connections); }},
    {{"up"},
     "servers",
     {"1", "3", "26"},
     [](const Command& c) { return std::to_string(std::get<UpOptions>(c).servers); }},
    {{"up"},
     "port",
     {"1", "2", "3"},
     [](const Command& c) { return std::to_string(std::get<UpOptions>(c).port); }},
    {{"up"},
     "resp-port",
     {"1", "2", "3"},
     [](const Command& c) { return std::to_string(std::get<UpOptions>(c).resp_port); }},
    {{"up"},
     "share-interval",
     {"1ms", "2s", "3s"},
     [](const Command& c) { return to_text(std::get<UpOptions>(c).share_interval); }},
    {{"get", "n"},
     "balancer",
     {"http://x:1", "http://x:2", "http://x:3"},
     [](const Command& c) { return std::get<AskOptions>(c).client.balancers.at(0).text(); }},
    {{"shell"},
     "client",
     {"me", "a,b", "grün er"},
     [](const Command& c) { return std::get<ShellOptions>(c).client.client_id; }},
    {{"get", "n"},
     "output",
     {"json", "json", "json"},
     [](const Command& c) {
       return std::string(std::get<AskOptions>(c).output == OutputFormat::json ? "json" : "text");
     }},
    {{"ls"},
     "limit",
     {"1", "2", "18446744073709551615"},
     [](const Command& c) {
       return std::to_string(std::get<ListCommand>(std::get<AskOptions>(c).command).limit);
     }},
    {{"watch", "n"},
     "every",
     {"1ms", "2s", "3m"},
     [](const Command& c) { return to_text(std::get<WatchCommand>(std::get<AskOptions>(c).command).every); }},
    {{"top"},
     "every",
     {"1ms", "2s", "3m"},
     [](const Command& c) { return to_text(std::get<TopOptions>(c).every.value()); }},
    {{"count"},
     "prefix",
     {"a/", "b", "c c"},
     [](const Command& c) { return std::get<CountOptions>(c).prefix; }},
};

std::string variable_of(std::string name) {
  for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(c));
  return "TALLY_" + name;
}

TEST(Options, TheFlagComesBeforeTheVariableAndTheVariableBeforeTheFile) {
  for (const OptionCase& option : kCases) {
    const auto& [by_flag, by_variable, by_file] = option.given;
    const OptionFile file(option.name + " = \"" + by_file + "\"\n");
    for (unsigned sources = 1; sources < 8; ++sources) {  // every set of them
      std::vector<std::string> arguments = option.command;
      Variables variables;
      std::string expected;
      if (sources & 1) {
        arguments.insert(arguments.end(), {"--config", file.path});
        expected = by_file;
      }
      if (sources & 2) {
        variables[variable_of(option.name)] = by_variable;
        expected = by_variable;
      }
      if (sources & 4) {
        arguments.insert(arguments.end(), {"--" + option.name, by_flag});
        expected = by_flag;
      }
      const auto command = parse(arguments, variables);
      ASSERT_TRUE(command) << option.command[0] << " " << option.name << ": " << command.error().detail;
      EXPECT_EQ(option.read(*command), expected) << option.command[0] << " " << option.name << " " << sources;
    }
  }
}

TEST(Options, AnOptionMayStandBeforeOrBehindTheSubcommand) {
  for (const OptionCase& option : kCases) {
    for (const bool joined : {true, false}) {
      std::vector<std::string> before = option.command;
      if (joined) {
        before.insert(before.begin(), "--" + option.name + "=" + option.given[0]);
      } else {
        before.insert(before.begin(), {"--" + option.name, option.given[0]});
      }
      EXPECT_EQ(option.read(parse(before).value()), option.given[0]) << option.name;
    }
  }
}

TEST(Options, ABadValueNamesItsSource) {
  EXPECT_TRUE(
      refusal({"server", "--id", "a", "--share-interval", "soon"}).starts_with("--share-interval: 'soon'"));
  EXPECT_TRUE(refusal({"server", "--id", "a"}, {{"TALLY_SHARE_INTERVAL", "1"}})
                  .starts_with("TALLY_SHARE_INTERVAL: '1'"));
  const OptionFile file("[server]\nshare-interval = \"1h\"\n");
  EXPECT_TRUE(
      refusal({"server", "--id", "a", "--config", file.path}).starts_with("'server.share-interval' in "));
}

TEST(Options, WrongCommandLinesAreRefusedInOneLine) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{}, "Say what to do"},
      {{"subtract", "n"}, "subtract"},
      {{"--nope", "add", "n"}, "--nope"},
      {{"add", "n", "--nope"}, "--nope"},
      {{"add", "n", "--client"}, "--client"},
      {{"add", "n", "--client", "x", "--client", "y"}, "--client"},
      {{"add", "n", "--lease", "1s"}, "takes no --lease"},
      {{"add"}, "add NAME"},
      {{"add", "n", "1", "2"}, "add NAME"},
      {{"add", "n", "many"}, "DELTA"},
      {{"add", ""}, "name"},
      {{"get"}, "get NAME"},
      {{"servers", "x"}, "servers"},
      {{"shell", "x"}, "'x'"},
      {{"count", "x", "y"}, "one FILE"},
      {{"count", "--prefix", "\n"}, "prefix"},
      {{"count", ""}, "has no name"},
      {{"balancer", "x"}, "'x'"},
      {{"balancer", "--listen", "7070"}, "--listen"},
      {{"balancer", "--lease", "0s"}, "--lease"},
      {{"balancer", "--max-connections", "0"}, "--max-connections"},
      {{"server"}, "--id"},
      {{"server", "--id", "a b"}, "--id"},
      {{"server", "--id", "a", "--threads", "0"}, "--threads"},
      {{"server", "--id", "a", "--threads", "2x"}, "--threads"},
      {{"server", "--id", "a", "--balancer", "ftp://x:1"}, "--balancer"},
      {{"server", "--id", "a", "--balancer", "http://x:1,,http://y:1"}, "--balancer"},
      {{"server", "--id", "a", "--balancer", ""}, "--balancer"},
      {{"server", "--id", "a", "--listen", "0.0.0.0:7071"}, "--advertise"},
      {{"server", "--id", "a", "--listen", "[::]:7071"}, "--advertise"},
      {{"server", "--id", "a", "--insecure=maybe"}, "insecure"},
      {{"server", "--id", "a", "--tls-cert", "a.pem"}, "both --tls-cert and --tls-key"},
      {{"balancer", "--tls-key", "a.key"}, "both --tls-cert and --tls-key"},
      {{"balancer", "--tls-cert", ""}, "--tls-cert"},
      {{"balancer", "--tls-peers"}, "--tls-peers needs"},
      {{"balancer", "--tls-peers", "--tls-cert", "a.pem", "--tls-key", "a.key"}, "--tls-ca"},
      {{"server", "--id", "a", "--tls-cert", "a.pem", "--tls-key", "a.key", "--advertise", "http://a:1"},
       "https://"},
      {{"add", "n", "--tls-cert", "a.pem"}, "--tls-cert"},
      {{"add", "n", "--client", ""}, "--client"},
      {{"up", "--servers", "0"}, "--servers"},
      {{"up", "--servers", "27"}, "--servers"},
      {{"up", "--port", "8000", "--resp-port", "8002"}, "twice"},
      {{"up", "--port", "8001", "--resp-port", "8000"}, "twice"},
      {{"server", "--id", "a", "--listen", "127.0.0.1:1", "--resp", "127.0.0.1:1"}, "a port of its own"},
      {{"add", "n", "--config", "/nowhere/at/all"}, "/nowhere/at/all"},
      {{"add", "n", "--config", "/dev/zero"}, "over 1 MiB"},
      {{"add", "-x"}, "There is no option '-x'. If it is a name, say 'tally add -- -x'."},
      {{"get", "n", "--x"}, "say 'tally get -- --x'"},
      {{"server", "-x"}, "There is no option '-x'. See 'tally server --help'."},
      {{"add", "++"}, "'tally add -- ++'"},
      {{"add", "n", "++"}, "'tally add -- ++'"},
      {{"get", "n", "++", "m"}, "'tally add -- ++'"},
      {{"server", "--id"}, "--id takes one value, once."},
      {{"sevrer"}, "There is no command 'sevrer'. Did you mean 'server'? See 'tally --help'."},
      {{"get", "n", "--outptu", "json"}, "There is no option '--outptu'. Did you mean '--output'?"},
      {{"--verison"}, "Did you mean '--version'?"},
      {{"help", "watsh"}, "There is no command 'watsh'. Did you mean 'watch'?"},
      {{"help", "get", "add"}, "one COMMAND"},
      {{"get", "n", "-o", "yaml"}, "--output: 'yaml' is no way to write an answer: say text or json."},
      {{"ls", "a", "b"}, "one PREFIX"},
      {{"ls", "--by", "rate"}, "say name or value"},
      {{"ls", "--limit", "0"}, "--limit"},
      {{"top", "--by", "size"}, "say name, value or rate"},
      {{"top", "a", "b"}, "one PREFIX"},
      {{"top", "-o", "json"}, "takes no --output"},
      {{"watch"}, "watch NAME..."},
      {{"watch", "n", "--every", "0s"}, "--every"},
      {{"doctor", "x"}, "'x'"},
      {{"completion", "elvish"}, "bash, zsh or fish"},
      {{"completion"}, "bash, zsh or fish"},
  };
  for (const auto& [arguments, expected] : cases) {
    const std::string said = refusal(arguments);
    EXPECT_TRUE(said.ends_with(".")) << said;
    EXPECT_NE(said.find(expected), std::string::npos) << ::testing::PrintToString(arguments) << ": " << said;
  }
}

TEST(Options, WhereItSpeaksTheRedisProtocol) {
  const auto server = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"server", "--id", "a"});
    return std::get<ServerOptions>(parse(arguments).value());
  };
  EXPECT_FALSE(server({}).resp);
  EXPECT_EQ(server({}).resp_idle_timeout, Duration::max());
  EXPECT_EQ(server({"--resp", "127.0.0.1:6371"}).resp->text(), "127.0.0.1:6371");
  EXPECT_EQ(server({"--resp-idle-timeout", "5m"}).resp_idle_timeout, std::chrono::minutes(5));
}

TEST(Options, AnAckNamesItsHolderAndOfADiskNeedsOne) {
  const auto server = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"server", "--id", "a"});
    return std::get<ServerOptions>(parse(arguments).value());
  };
  EXPECT_EQ(server({"--ack", "memory"}).ack, Ack{});
  EXPECT_EQ(server({"--ack", "peers:2"}).ack, (Ack{Ack::Holder::peers, 2}));
  EXPECT_EQ(server({"--ack", "disk", "--data", "x"}).ack, Ack{Ack::Holder::disk});
  EXPECT_EQ(server({"--data", "x"}).data, "x");
  EXPECT_NE(refusal({"server", "--id", "a", "--ack", "disk"}).find("--data"), std::string::npos);
  for (const char* none : {"peers:0", "foo"}) {
    EXPECT_NE(refusal({"server", "--id", "a", "--ack", none}).find("use memory, disk, or peers:K"),
              std::string::npos);
  }
  EXPECT_EQ(std::get<UpOptions>(parse({"up", "--data", "x"}).value()).data, "x");
}

TEST(Options, NamesThatLookLikeOptionsOrCommands) {
  const auto add = [](const std::vector<std::string>& arguments) {
    return std::get<AddCommand>(std::get<AskOptions>(parse(arguments).value()).command);
  };
  EXPECT_EQ(add({"add", "n", "-3"}).delta, -3);
  EXPECT_EQ(add({"add", "n", "-3", "--client", "x"}).delta, -3);
  EXPECT_EQ(add({"add", "add"}).name, "add");
  EXPECT_EQ(add({"add", "server", "2"}).name, "server");
  EXPECT_EQ(add({"--client", "get", "add", "n"}).name, "n");
  EXPECT_EQ(add({"add", "--", "--client", "5"}).name, "--client");
  EXPECT_EQ(add({"add", "-7"}).name, "-7");
  EXPECT_EQ(add({"add", "--", "-x", "3"}).name, "-x");
  EXPECT_EQ(add({"add", "--", "-x", "3"}).delta, 3);
  EXPECT_EQ(add({"add", "--client", "me", "--", "++", "-3"}).name, "++");
  EXPECT_EQ(std::get<AskOptions>(parse({"add", "n", "--client", "++"}).value()).client.client_id, "++");
  const auto get = std::get<GetCommand>(
      std::get<AskOptions>(parse({"get", "[a,b]", "[]", "a b", "x=y", "-1"}).value()).command);
  EXPECT_EQ(get.names, (std::vector<std::string>{"[a,b]", "[]", "a b", "x=y", "-1"}));
  EXPECT_EQ(std::get<CountOptions>(parse({"count", "--prefix=", "f"}).value()).file, "f");
  EXPECT_EQ(std::get<CountOptions>(parse({"count", "-"}).value()).file, "");
}

TEST(Options, HelpAndVersionAreAnswers) {
  const auto text = [](const std::vector<std::string>& arguments) {
    return std::get<HelpText>(parse(arguments).value()).text;
  };
  EXPECT_NE(text({"--help"}).find("balancer"), std::string::npos);
  EXPECT_NE(text({"server", "--help"}).find("--share-interval"), std::string::npos);
  EXPECT_EQ(text({"server", "--help"}).find("--lease"), std::string::npos);
  EXPECT_NE(text({"add", "-h"}).find("NAME [DELTA]"), std::string::npos);
  EXPECT_TRUE(text({"--version"}).starts_with("tally "));
  EXPECT_NE(text({"add", "--help"}).find("tally add -- -x\n"), std::string::npos);
  for (const Subcommand& command : subcommands()) {
    const std::string help = text({std::string(command.name), "--help"});
    EXPECT_EQ(help.find(" \n"), std::string::npos) << help;
    EXPECT_EQ(text({"help", std::string(command.name)}), help);
  }
  EXPECT_EQ(text({"help"}), text({"--help"}));
  for (const char* shell : {"bash", "zsh", "fish"}) {
    EXPECT_NE(text({"completion", shell}).find("tally"), std::string::npos);
  }
}

TEST(Options, AVariableOfAnotherCommandIsIgnoredAndAnEmptyOneIsNotSet) {
  EXPECT_TRUE(parse({"balancer"}, {{"TALLY_ID", "no such id"}, {"TALLY_LEASE", ""}}));
}

TEST(OptionFile, ASectionBeatsWhatStandsBeforeAllSections) {
  const OptionFile file(
      "# everybody\n"
      "listen = \"127.0.0.1:1\"\n"
      "share-interval = \"250ms\"\n"
      "[server]\n"
      "listen = \"127.0.0.1:2\"\n"
      "balancer = [\"http://x:1\", \"http://y:2\"]  # two of them\n"
      "[count]\n"
      "client = \"counter\"\n");
  const auto server =
      std::get<ServerOptions>(parse({"server", "--id", "a"}, {{"TALLY_CONFIG", file.path}}).value());
  EXPECT_EQ(server.listen.text(), "127.0.0.1:2");
  EXPECT_EQ(server.share_interval, milliseconds(250));
  EXPECT_EQ(server.balancers, (std::vector<net::Url>{{"x", 1}, {"y", 2}}));
  const auto balancer = std::get<BalancerOptions>(parse({"--config", file.path, "balancer"}).value());
  EXPECT_EQ(balancer.listen.text(), "127.0.0.1:1");
  EXPECT_EQ(std::get<CountOptions>(parse({"count", "--config", file.path}).value()).client.client_id,
            "counter");
  EXPECT_NE(std::get<AskOptions>(parse({"get", "n", "--config", file.path}).value()).client.client_id,
            "counter");
}

TEST(OptionFile, WhatIsWrongInItIsAnErrorEvenForAnotherCommand) {
  const std::pair<const char*, const char*> cases[] = {
      {"shaer-interval = \"1s\"\n", "unknown key 'shaer-interval'"},
      {"[balancer]\nshaer-interval = \"1s\"\n", "unknown key 'balancer.shaer-interval'"},
      {"[balancer]\nshare-interval = \"1s\"\n", "unknown key 'balancer.share-interval'"},
      {"config = \"x\"\n", "unknown key 'config'"},
      {"[nobody]\n", "unknown section [nobody]"},
      {"[server.more]\nid = \"a\"\n", "unknown section [server.more]"},
      {"id = \"a\"\nlease = \"1s\"\nid = \"b\"\n", "is there twice"},
      {"id = \"a\"\nid = \"b\"\n", "is there twice"},
      {"id = [\"a\", \"b\"]\n", "'id' is a list"},
      {"[server]\nthreads = 1\nthreads\n", "line 3: an option is written key"},
      {"id = a#b\n", "line 1: a value with '#' stands in quotes"},
      {"id = \"a\n\"\n", "line 1: the quote is not closed"},
      {"id = \"a\\n\"\n", "line 1: in \"...\" only"},
      {"\n\nid = 'a\n", "line 3: the quote is not closed"},
      {"id = \"a\" b\n", "line 1: something stands behind it"},
      {"id = a b\n", "line 1: something stands behind it"},
      {"id =   # none\n", "line 1: the value is missing"},
      {"[server] id = \"a\"\n", "line 1: something stands behind it"},
      {"[server\n", "line 1: a section is written"},
      {"[[server]]\n", "line 1: a section is written"},
      {"balancer = [\"http://x:1\"\n", "line 2: the list does not end"},
      {"balancer = [\"http://x:1\" \"http://x:2\"]\n", "with commas between them"},
  };
  for (const auto& [text, expected] : cases) {
    const OptionFile file(text);
    const std::string said = refusal({"server", "--id", "a", "--config", file.path});
    EXPECT_NE(said.find(expected), std::string::npos) << text << ": " << said;
  }
}

TEST(OptionFile, CommentsAndQuotesMayStandWhereTomlHasThem) {
  const OptionFile file(
      "[server] # a section\r\n"
      "\tid='a' # in apostrophes\r\n"
      "balancer = [ # a list\n"
      "  \"http://x:1\", # one\n"
      "\n"
      "  'http://y:2',\n"
      "] # its end\n"
      "threads = 3\n"
      "[ shell ] \n"
      "client = \"a # b\\\\\\\"[c]=\" # behind it");
  const auto server = std::get<ServerOptions>(parse({"server", "--config", file.path}).value());
  EXPECT_EQ(server.id.text(), "a");
  EXPECT_EQ(server.threads, 3U);
  EXPECT_EQ(server.balancers, (std::vector<net::Url>{{"x", 1}, {"y", 2}}));
  const auto shell = std::get<ShellOptions>(parse({"shell", "--config", file.path}).value());
  EXPECT_EQ(shell.client.client_id, "a # b\\\"[c]=");
}

TEST(OptionFile, MayBeEmpty) {
  for (const char* text : {"", "\n", "# nothing", "[server]"}) {
    const OptionFile file(text);
    EXPECT_TRUE(parse({"shell", "--config", file.path})) << text;
  }
}

TEST(OptionFile, TheExampleIsValid) {
  const std::string example = TALLY_SOURCE_DIR "/docs/tally.toml.example";
  for (const std::vector<std::string>& command : {std::vector<std::string>{"server"},
                                                  {"balancer"},
                                                  {"up"},
                                                  {"add", "n"},
                                                  {"get", "n"},
                                                  {"servers"},
                                                  {"count"},
                                                  {"shell"}}) {
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"--config", example});
    const auto parsed = parse(arguments);
    EXPECT_TRUE(parsed) << command[0] << ": " << (parsed ? "" : parsed.error().detail);
  }
}

}  // namespace
}  // namespace tally
