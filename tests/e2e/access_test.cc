// Tokens as people use them: curl, redis-cli and tally beside a cluster of real processes.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/e2e/cluster.h"
#include "tests/e2e/watching.h"
#include "tests/net/support.h"
#include "tests/store/temporary_folder.h"

namespace tally::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

// Files, the tokens in them, and the arguments that name them.
class Secrets {
 public:
  Secrets() { std::ofstream(path("cluster")) << secret << "\n"; }

  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  std::string make(const std::string& name, const std::string& scope) {
    const Finished made = run({tally_program(), "token", name, "--scope", scope, "--tokens", path("tokens")});
    EXPECT_EQ(made.status, 0) << made.err;
    EXPECT_EQ(made.err, "");
    EXPECT_EQ(made.out.size(), std::string("tally_").size() + 64 + 1) << "nothing else is printed";
    return made.out.substr(0, made.out.find('\n'));
  }

  std::vector<std::string> arguments() const {
    return {"--tokens", path("tokens"), "--cluster-token-file", path("cluster")};
  }

  const std::string secret = std::string(40, 'S');

 private:
  TemporaryFolder folder_;
};

class GuardedCluster : public testing::Test {
 protected:
  std::vector<std::string> server_arguments() const {
    auto arguments = secrets_.arguments();
    arguments.insert(arguments.end(), {"--resp", "127.0.0.1:" + std::to_string(resp_.first())});
    return arguments;
  }

  Finished curl(std::vector<std::string> arguments, const net::Url& url, const std::string& target,
                const std::string& token) {
    arguments.insert(arguments.begin(), {"curl", "-sS", "--max-time", "20", "-w", "\n%{http_code}"});
    // From a file: command lines are seen by everybody.
    std::ofstream(secrets_.path("header")) << "Authorization: Bearer " << token;
    if (!token.empty()) arguments.insert(arguments.end(), {"-H", "@" + secrets_.path("header")});
    arguments.push_back(url.text() + target);
    return run(arguments);
  }

  static std::string status_of(const Finished& curled) {
    return curled.out.substr(curled.out.rfind('\n') + 1);
  }

  Finished redis_cli(const std::string& words, const std::string& token) {
    return run({"redis-cli", "-p", std::to_string(resp_.first())},
               {.input = (token.empty() ? "" : "AUTH " + token + "\n") + words + "\n"});
  }

  Secrets secrets_;
  const std::string reader_ = secrets_.make("reader", "read");
  const std::string writer_ = secrets_.make("writer", "write");
  const std::string both_ = secrets_.make("both", "read,write");
  const std::string boss_ = secrets_.make("boss", "admin");
  Ports resp_;
  Cluster cluster_{
      {"a"},
      {.server_arguments = server_arguments(), .balancer_arguments = secrets_.arguments(), .token = reader_}};
};

TEST_F(GuardedCluster, CurlIsAskedForATokenAtTheBalancerAndAtTheServer) {
  const std::string target = "/v1/counters/x";
  const net::Url balancer = cluster_.balancer().url();
  for (const net::Url& url : {balancer, cluster_.url("a")}) {
    EXPECT_EQ(status_of(curl({}, url, target, "")), "401");
    EXPECT_EQ(status_of(curl({}, url, target, "tally_unknown")), "401");
    EXPECT_EQ(status_of(curl({"-X", "POST"}, url, target, reader_)), "403");
    EXPECT_EQ(status_of(curl({}, url, target, writer_)), "403");
    EXPECT_EQ(status_of(curl({}, url, "/readyz", "")), "200");
    EXPECT_EQ(status_of(curl({}, url, "/metrics", "")), "401");
    EXPECT_EQ(status_of(curl({}, url, "/metrics", reader_)), "200");
  }
  EXPECT_EQ(status_of(curl({"-X", "POST"}, balancer, target, writer_)), "307");
  EXPECT_EQ(status_of(curl({"-L", "-X", "POST"}, balancer, target, writer_)), "401")
      << "curl takes the token to no other place";
  EXPECT_EQ(curl({"--location-trusted", "-X", "POST"}, balancer, target, writer_).out,
            "{\"name\":\"x\",\"value\":1,\"ack\":\"memory\"}\n200");
  EXPECT_EQ(cluster_.http().value(cluster_.url("a"), "x"), 1) << "what was refused was not counted";
}

TEST_F(GuardedCluster, StrangersBodiesAreReadForNobody) {
  const auto refused = [&](const net::Url& url, const std::string& first_line) {
    net::RawClient stranger(url.port);
    stranger.send(first_line + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
    return stranger.read_answer().status;
  };
  for (const net::Url& url : {cluster_.balancer().url(), cluster_.url("a")}) {
    EXPECT_EQ(refused(url, "POST /v1/counters/x"), 401U);
    EXPECT_EQ(refused(url, "POST /v1/counters"), 401U);
    EXPECT_EQ(refused(url, "POST /nowhere"), 404U);
    EXPECT_EQ(refused(url, "POST /livez"), 405U);
    EXPECT_EQ(refused(url, "GET /livez"), 200U);
  }
}

TEST_F(GuardedCluster, OnlyAnAdminRemovesAServerAndOnlyAServerIsOne) {
  const net::Url balancer = cluster_.balancer().url();
  for (const std::string& token : {std::string(), reader_, both_, secrets_.secret}) {
    const std::string status = status_of(curl({"-X", "DELETE"}, balancer, "/v1/servers/a", token));
    EXPECT_EQ(status, token.empty() ? "401" : "403");
  }
  for (const std::string& token : {std::string(), reader_, boss_}) {
    EXPECT_EQ(status_of(curl({"-X", "PUT", "-d", "{}"}, balancer, "/v1/servers/x", token)),
              token.empty() ? "401" : "403");
  }
  EXPECT_TRUE(eventually([&] {
    return cluster_.balancer().process().out().find(
               "Somebody at 127.0.0.1 wants to pass for a server of this cluster") != std::string::npos;
  })) << cluster_.balancer().process().out();
  EXPECT_EQ(cluster_.state("a"), "ready");
  EXPECT_EQ(status_of(curl({"-X", "DELETE"}, balancer, "/v1/servers/a", boss_)), "204");
}

TEST_F(GuardedCluster, AServerWithoutTheSecretIsNone) {
  Ports ports;
  const std::string at = "127.0.0.1:" + std::to_string(ports.first());
  Process stranger({tally_program(), "server", "--id", "s", "--listen", at, "--balancer",
                    cluster_.balancer().url().text()});
  EXPECT_TRUE(eventually([&] {
    return stranger.out().find("--cluster-token-file gives a server their secret") != std::string::npos;
  })) << stranger.out();
  EXPECT_EQ(cluster_.state("s"), "");
}

TEST_F(GuardedCluster, TallysCommandsShowAToken) {
  const Finished without = cluster_.tally({"add", "n"});
  EXPECT_EQ(without.status, 1);
  EXPECT_THAT(without.err, HasSubstr("This needs a token"));
  EXPECT_THAT(without.err, HasSubstr("--token-file"));
  const Finished lacking = cluster_.tally({"add", "n"}, {.environment = {"TALLY_TOKEN=" + reader_}});
  EXPECT_EQ(lacking.status, 1);
  EXPECT_THAT(lacking.err,
              HasSubstr("The token 'reader' has the scope read. This needs a token with the scope "
                        "write."));
  EXPECT_EQ(cluster_.tally({"add", "n", "5"}, {.environment = {"TALLY_TOKEN=" + both_}}).out, "5\n");
  std::ofstream(secrets_.path("mine")) << both_ << "\n";
  EXPECT_EQ(cluster_.tally({"get", "n", "--token-file", secrets_.path("mine")}).out, "5\n");
  EXPECT_EQ(cluster_.tally({"count"}, {.input = "n\nn\n", .environment = {"TALLY_TOKEN=" + writer_}}).status,
            0);
  EXPECT_EQ(cluster_.tally({"shell"}, {.input = "get n\n", .environment = {"TALLY_TOKEN=" + both_}}).out,
            "7\n");
  EXPECT_EQ(cluster_.tally({"servers"}, {.environment = {"TALLY_TOKEN=" + writer_}}).status, 0);
  EXPECT_EQ(cluster_.tally({"get", "n", "--token", both_}).status, 2);
}

TEST_F(GuardedCluster, RedisCliLogsInWithAToken) {
  EXPECT_EQ(redis_cli("incr r", "").out, "NOAUTH Authentication required.\n\n");
  EXPECT_EQ(
      redis_cli("incr r", "tally_wrong").out,
      "WRONGPASS invalid username-password pair or user is disabled.\n\nNOAUTH Authentication required.\n\n");
  EXPECT_EQ(redis_cli("incr r", reader_).out,
            "OK\nNOPERM this user has no permissions to run the 'incr' command\n\n");
  EXPECT_EQ(redis_cli("incr r", writer_).out, "OK\n1\n");
  EXPECT_EQ(run({"redis-cli", "-p", std::to_string(resp_.first()), "incr", "r"},
                {.environment = {"REDISCLI_AUTH=" + both_}})
                .out,
            "2\n");
}

TEST_F(GuardedCluster, TokensChangeWithoutARestart) {
  const auto reads = [this](const std::string& token) {
    return status_of(curl({}, cluster_.url("a"), "/v1/counters/x", token)) == "200";
  };
  const std::string fresh = secrets_.make("reader", "read");
  EXPECT_TRUE(eventually([&] { return reads(fresh); })) << "a changed file is seen";
  EXPECT_TRUE(reads(reader_)) << "both are good meanwhile";

  // The old one is the first line.
  std::ifstream old(secrets_.path("tokens"));
  std::string line;
  std::getline(old, line);
  std::ofstream(secrets_.path("tokens.new")) << old.rdbuf();
  std::filesystem::rename(secrets_.path("tokens.new"), secrets_.path("tokens"));
  cluster_.server("a").process().signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return !reads(reader_); }));
  EXPECT_TRUE(reads(fresh));

  std::ofstream(secrets_.path("tokens")) << "half a li";
  cluster_.server("a").process().signal(SIGHUP);
  EXPECT_TRUE(eventually([&] {
    return cluster_.server("a").process().out().find("Who may do what stays as it was") != std::string::npos;
  }));
  EXPECT_TRUE(reads(fresh)) << "a broken file takes nothing away";
}

TEST_F(GuardedCluster, OnlyReadersWatchAndOnlyWritersAddThroughThePage) {
  const net::Url balancer = cluster_.balancer().url();
  EXPECT_EQ(status_of(curl({}, balancer, "/", "")), "200") << "the page itself is no secret";
  EXPECT_EQ(status_of(curl({}, balancer, "/v1/events", "")), "401");
  EXPECT_EQ(status_of(curl({}, balancer, "/v1/events", writer_)), "403");
  const std::vector<std::string> json{"-d", "{}", "-H", "Content-Type: application/json"};
  EXPECT_EQ(status_of(curl(json, balancer, "/v1/dashboard/counters/x", reader_)), "403");
  EXPECT_EQ(status_of(curl(json, balancer, "/v1/dashboard/counters/x", both_)), "200");

  std::ofstream(secrets_.path("reader")) << "Authorization: Bearer " << reader_;
  Watching watching(balancer, "?counter=x", "@" + secrets_.path("reader"));
  EXPECT_TRUE(eventually([&] {
    const auto counter = watching.last("counter");
    return counter.contains("reading") && counter.at("reading").at("value") == "1";
  })) << "servers are shown the watcher's token: "
      << watching.curl().out();
  EXPECT_FALSE(watching.last("cluster").at("servers").at(0).at("stats").is_null());
  secrets_.make("another", "read");
  EXPECT_EQ(watching.curl().wait(), 0) << "who may watch is asked anew";
}

// A balancer that knows no tokens lets everybody watch: each sees what his own token is shown.
TEST(ABalancerWithoutTokens, LendsNobodysToken) {
  Secrets secrets;
  const std::string reader = secrets.make("reader", "read");
  Cluster cluster({"a"}, {.server_arguments = secrets.arguments(),
                          .balancer_arguments = {"--cluster-token-file", secrets.path("cluster")},
                          .token = reader});
  const net::Url balancer = cluster.balancer().url();
  const Watching nobody(balancer);
  const Watching somebody(balancer, "", "Authorization: Bearer junk");
  const Watching allowed(balancer, "", "Authorization: Bearer " + reader);
  const auto stats = [](const boost::json::object& event) { return event.at("servers").at(0).at("stats"); };
  for (const Watching* watching : {&nobody, &somebody, &allowed}) {
    EXPECT_TRUE(eventually([&] { return watching->events("cluster").size() >= 3; }));
    for (const auto& event : watching->events("cluster")) {
      EXPECT_EQ(stats(event).is_null(), watching != &allowed) << event;
    }
  }
  net::RawClient page(balancer.port);
  page.send("POST /v1/dashboard/counters/x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\r\n");
  const net::Answer refused = page.read_answer();
  EXPECT_EQ(refused.status, 401U);
  EXPECT_TRUE(refused.has("WWW-Authenticate: Bearer")) << refused.header;
}

TEST_F(GuardedCluster, NoSecretIsInLogsAndCommandLines) {
  EXPECT_EQ(cluster_.tally({"add", "n"}, {.environment = {"TALLY_TOKEN=" + both_}}).status, 0);
  EXPECT_EQ(redis_cli("incr r\nauth x", writer_).status, 0);
  const net::Url url = cluster_.url("a");
  for (const std::string& token : {reader_, std::string("tally_unknown"), secrets_.secret}) {
    curl({}, url, "/v1/counters/n?access_token=" + boss_, token);
    curl({"-X", "POST", "-d", "x"}, url, "/v1/shares", token);
  }
  cluster_.server("a").process().signal(SIGHUP);
  EXPECT_TRUE(eventually([&] {
    return cluster_.server("a").process().out().find("Who may do what was read again") != std::string::npos;
  }));
  std::string said;
  for (Node* node : {&cluster_.balancer(), &cluster_.server("a")}) {
    std::ifstream command_line("/proc/" + std::to_string(node->process().pid()) + "/cmdline");
    said.append(std::istreambuf_iterator<char>(command_line), {});
    said += node->process().out() + node->process().err();
  }
  EXPECT_THAT(said, HasSubstr("--cluster-token-file"));
  for (const std::string& token :
       {reader_, writer_, both_, boss_, std::string("tally_unknown"), secrets_.secret}) {
    EXPECT_THAT(said, Not(HasSubstr(token)));
  }
}

TEST(TokenCommand, KeepsTheHashAloneInAFileThatNobodyElseReads) {
  Secrets secrets;
  const std::string token = secrets.make("web", "read,write");
  struct stat status {};
  ASSERT_EQ(stat(secrets.path("tokens").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  std::ifstream file(secrets.path("tokens"));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(text, testing::MatchesRegex("web read,write sha256:[0-9a-f]+\n"));
  EXPECT_THAT(text, Not(HasSubstr(token.substr(6))));
  EXPECT_NE(secrets.make("web", "read"), token);
  std::ofstream(secrets.path("tokens"), std::ios::app) << "nonsense\n";
  const Finished refused =
      run({tally_program(), "token", "a", "--scope", "read", "--tokens", secrets.path("tokens")});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("line 3: "));
  EXPECT_EQ(refused.out, "");
}

TEST(Loopback, IsAllThatIsListenedOnUnlessSomebodySaysOtherwise) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{tally_program(), "balancer", "--listen", "0.0.0.0:0"},
        {tally_program(), "server", "--id", "a", "--listen", "0.0.0.0:0", "--advertise", "http://x"},
        {tally_program(), "server", "--id", "a", "--listen", "127.0.0.1:0", "--resp", "[::]:0"}}) {
    const Finished refused = run(command);
    EXPECT_EQ(refused.status, 2);
    EXPECT_THAT(refused.err, HasSubstr("--insecure"));
  }
  Process open({tally_program(), "balancer", "--listen", "0.0.0.0:0", "--insecure"});
  EXPECT_TRUE(eventually([&] { return open.out().find("listens on") != std::string::npos; })) << open.err();
}

TEST(TokenFile, ThatCannotBeTakenKeepsAServerFromStarting) {
  Secrets secrets;
  const std::string path = secrets.path("tokens");
  const auto start = [&] {
    return run({tally_program(), "server", "--id", "a", "--listen", "127.0.0.1:0", "--tokens", path});
  };
  EXPECT_THAT(start().err, HasSubstr("cannot be read"));
  secrets.make("web", "read");
  chmod(path.c_str(), 0666);
  const Finished loose = start();
  EXPECT_EQ(loose.status, 1);
  EXPECT_THAT(loose.err, HasSubstr("chmod go-w"));
  chmod(path.c_str(), 0600);
  std::ofstream(path) << "web raed sha256:00\n";
  EXPECT_THAT(start().err, HasSubstr("line 1: "));
}

}  // namespace
}  // namespace tally::e2e
