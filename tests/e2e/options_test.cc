// Flag, variable and file reach the server that they configure: told by how it behaves.
#include <csignal>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/e2e/cluster.h"

namespace tally::e2e {
namespace {

constexpr const char* kNever = "1440m";

// A server whose share interval comes from `arguments` or `options`, in a cluster whose others share often.
class ShareInterval : public testing::Test {
 protected:
  // Ready, so it has begun its first round of sharing.
  net::Url server(const std::vector<std::string>& arguments, const ProcessOptions& options) {
    const Ports* const ports = &ports_.emplace_back();
    const net::Url url{"127.0.0.1", ports->first()};
    std::vector<std::string> command{
        tally_program(), "server",        "--id",       "x",
        "--listen",      url.authority(), "--balancer", cluster_.balancer().url().text()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    processes_.push_back(std::make_unique<Process>(command, options));
    EXPECT_TRUE(eventually([&] { return cluster_.http().get(url, "/readyz").status == 200; }));
    EXPECT_EQ(cluster_.http().add(url, "first"), 200U);
    return url;
  }

  bool shares_often(const net::Url& server) {
    Http& http = cluster_.http();
    for (int round = 0; round < 3; ++round) {
      const Int128 before = http.value(cluster_.url("a"), "x").value_or(0);
      if (http.add(server, "x") != 200) return false;
      if (!eventually([&] { return http.value(cluster_.url("a"), "x") == before + 1; })) return false;
    }
    return true;
  }

  // Others share meanwhile, once: after some rounds without a word they ask what there is, and are told.
  bool shares_never(const net::Url& server) {
    Http& http = cluster_.http();
    if (http.add(server, "x") != 200) return false;
    const Int128 others = http.value(cluster_.url("a"), "others").value_or(0);
    if (http.add(cluster_.url("b"), "others") != 200) return false;
    if (!eventually([&] { return http.value(cluster_.url("a"), "others") == others + 1; })) return false;
    return http.value(cluster_.url("a"), "x") == 0;
  }

  std::string file(const std::string& text) {
    const std::string path = testing::TempDir() + "tally-e2e-" + std::to_string(getpid()) + ".toml";
    std::ofstream(path) << text;
    return path;
  }

  std::vector<Ports> ports_;
  Cluster cluster_{{"a", "b"}};
  std::vector<std::unique_ptr<Process>> processes_;
};

TEST_F(ShareInterval, ComesFromTheFlag) {
  EXPECT_TRUE(shares_often(server({"--share-interval", "50ms"}, {})));
}

TEST_F(ShareInterval, ComesFromTheEnvironment) {
  EXPECT_TRUE(shares_often(server({}, {.environment = {"TALLY_SHARE_INTERVAL=50ms"}})));
}

TEST_F(ShareInterval, ComesFromTheFile) {
  EXPECT_TRUE(shares_often(server({"--config", file("[server]\nshare-interval = \"50ms\"\n")}, {})));
}

TEST_F(ShareInterval, ComesFromTheFlagBeforeTheEnvironment) {
  EXPECT_TRUE(
      shares_never(server({"--share-interval", kNever}, {.environment = {"TALLY_SHARE_INTERVAL=50ms"}})));
}

TEST_F(ShareInterval, ComesFromTheEnvironmentBeforeTheFile) {
  EXPECT_TRUE(shares_never(server({"--config", file("share-interval = \"50ms\"\n")},
                                  {.environment = {std::string("TALLY_SHARE_INTERVAL=") + kNever}})));
}

TEST(TheCommandLine, ThatIsWrongExitsTwoWithOneLineThatSaysWhy) {
  const std::vector<std::string> rows[] = {{"server"},
                                           {"server", "--id", "a b"},
                                           {"server", "--id", "a", "--share-interval", "5"},
                                           {"server", "--id", "a", "--data", ""},
                                           {"server", "--id", "a", "--ack", "disk"},
                                           {"server", "--id", "a", "--resp", "nowhere"},
                                           {"server", "--id", "a", "--listen", "nowhere"},
                                           {"balancer", "--lease", "0s"},
                                           {"balancer", "--id", "a"},
                                           {"add"},
                                           {"add", "hits", "many"},
                                           {"get"},
                                           {"fly"},
                                           {}};
  for (std::vector<std::string> words : rows) {
    words.insert(words.begin(), tally_program());
    const Finished finished = run(words);
    EXPECT_EQ(finished.status, 2) << finished.out << finished.err;
    EXPECT_EQ(finished.out, "");
    EXPECT_TRUE(finished.err.starts_with("tally: ")) << finished.err;
    EXPECT_EQ(finished.err.find('\n'), finished.err.size() - 1) << finished.err;
  }
}

TEST(AServer, ThatCannotListenSaysSoAndExitsOne) {
  Cluster cluster({"a"});
  const Finished server =
      run({tally_program(), "server", "--id", "b", "--listen", cluster.url("a").authority()});
  EXPECT_EQ(server.status, 1);
  EXPECT_NE(server.err.find("another program already does"), std::string::npos) << server.err;
  const Finished balancer =
      run({tally_program(), "balancer", "--listen", cluster.balancer().url().authority()});
  EXPECT_EQ(balancer.status, 1);
}

TEST(AServer, ToldToListenAnywhereSaysWhere) {
  Process server({tally_program(), "server", "--id", "a", "--listen", "127.0.0.1:0"});
  std::string url;
  ASSERT_TRUE(eventually([&] {
    const std::string log = server.out();
    const std::size_t begin = log.find("http://127.0.0.1:");
    const std::size_t end = log.find(',', begin);
    if (end != std::string::npos) url = log.substr(begin, end - begin);
    return !url.empty();
  }));
  Http http;
  EXPECT_TRUE(eventually([&] { return http.add(net::Url::parse(url).value(), "hits") == 200; }));
}

TEST(AServer, ToldOfABalancerThatIsNoneSaysSo) {
  Cluster cluster({"a"});
  const Process server({tally_program(), "server", "--id", "b", "--listen", "127.0.0.1:0", "--balancer",
                        cluster.url("a").text()});
  const std::string complaint = cluster.url("a").text() + " takes no heartbeats, see that --balancer names";
  EXPECT_TRUE(eventually([&] { return server.out().find(complaint) != std::string::npos; }));
}

TEST(AServer, WhoseLogNobodyReadsAnyLongerGoesOn) {
  const Ports ports;
  const net::Url url{"127.0.0.1", ports.first()};
  Process server({"bash", "-c", "exec > >(:); wait $!; exec \"$@\"", "", tally_program(), "server", "--id",
                  "a", "--listen", url.authority()});
  Http http;
  EXPECT_TRUE(eventually([&] { return http.add(url, "hits") == 200; }));
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), 0);
}

TEST(AServerWithFewDescriptors, SaysHowManyConnectionsThereAreRoomFor) {
  const Ports port;
  Process server({"sh", "-c", "ulimit -n 600 && exec \"$0\" server --id a --listen 127.0.0.1:\"$1\"",
                  tally_program(), std::to_string(port.first())});
  EXPECT_TRUE(eventually([&] { return server.out().find("leaves room for 300") != std::string::npos; }))
      << server.out();
  Http http;
  EXPECT_TRUE(eventually([&] { return http.add({"127.0.0.1", port.first()}, "hits") == 200; }));
  server.kill();
}

}  // namespace
}  // namespace tally::e2e
