// A whole Tally over TLS, whose servers prove to each other who they are.
#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/heartbeat.h"
#include "tests/e2e/cluster.h"
#include "tests/net/support.h"

namespace tally::e2e {
namespace {

using testing::HasSubstr;

class ClusterOverTls : public testing::Test {
 protected:
  std::shared_ptr<net::TlsContext> showing(const std::string& names) const {
    const auto files = ca_.issue("somebody", names);
    return net::TlsContext::load({files.certificate, files.key, ca_.file()}).value();
  }

  // The status that the balancer answers to a heartbeat of server `id`.
  unsigned beat(const std::string& id, std::shared_ptr<net::TlsContext> tls) {
    std::string body;
    append_heartbeat(body, {"https://127.0.0.1:1", ServerState::ready, {9, 9}, {}});
    return Http(std::move(tls))
        .send({.method = "PUT",
               .server = cluster_.balancer().url(),
               .target = "/v1/servers/" + id,
               .content_type = "application/json",
               .body = body})
        .status;
  }

  const net::TestAuthority ca_;
  Ports ports_;
  const std::string resp_port_ = std::to_string(ports_.first());
  Cluster cluster_{{"a", "b"}, {.authority = &ca_}};
};

TEST_F(ClusterOverTls, Shares) {
  EXPECT_EQ(cluster_.http().add(cluster_.url("a"), "hits", 3), 200U);
  EXPECT_EQ(cluster_.http().add(cluster_.url("b"), "hits", 4), 200U);
  EXPECT_TRUE(eventually([&] { return cluster_.all_say("hits", 7); }));
}

TEST_F(ClusterOverTls, GetsItsCountBackFromAPeerAfterACrash) {
  EXPECT_EQ(cluster_.http().add(cluster_.url("a"), "hits", 3), 200U);
  EXPECT_TRUE(eventually([&] { return cluster_.all_say("hits", 3); }));
  cluster_.server("a").kill();
  cluster_.server("a").start();
  EXPECT_TRUE(eventually([&] { return cluster_.http().value(cluster_.url("a"), "hits") == 3; }));
}

TEST_F(ClusterOverTls, CountsForCurl) {
  const std::string counter = cluster_.balancer().url().text() + "/v1/counters/hits";
  const auto curl = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"curl", "-sS", "-L", "-X", "POST", counter});
    return run(words);
  };
  EXPECT_THAT(curl({"--cacert", ca_.file()}).out, HasSubstr(R"("value":1)"));
  EXPECT_EQ(curl({}).status, 60) << "a certificate that it cannot verify";
}

TEST_F(ClusterOverTls, CountsForTheTallyCommand) {
  EXPECT_EQ(cluster_.tally({"add", "hits", "5"}).out, "5\n");
  EXPECT_EQ(cluster_.tally({"count"}, {.input = "hits\nhits\n"}).status, 0);
  EXPECT_EQ(cluster_.tally({"get", "hits"}).out, "7\n");
  const auto distrusting =
      run({tally_program(), "get", "hits", "--balancer", cluster_.balancer().url().text()});
  EXPECT_EQ(distrusting.status, 1);
  EXPECT_THAT(distrusting.err, HasSubstr("--tls-ca FILE"));
  const auto without_file = run({tally_program(), "get", "hits", "--balancer",
                                 cluster_.balancer().url().text(), "--tls-ca", "/nowhere/ca.pem"});
  EXPECT_EQ(without_file.status, 1);
  EXPECT_THAT(without_file.err, HasSubstr("/nowhere/ca.pem"));
}

TEST_F(ClusterOverTls, CountsForRedisCli) {
  cluster_.add("c", {"--resp", "127.0.0.1:" + resp_port_});
  ASSERT_TRUE(eventually([&] { return cluster_.all_ready(); }));
  const auto cli = [&](const std::vector<std::string>& more) {
    std::vector<std::string> command{"redis-cli", "-h", "127.0.0.1", "-p", resp_port_};
    command.insert(command.end(), more.begin(), more.end());
    return run(command);
  };
  EXPECT_EQ(cli({"--tls", "--cacert", ca_.file(), "incr", "hits"}).out, "1\n");
  EXPECT_THAT(cli({"incr", "hits"}).out, HasSubstr("This port speaks TLS"));
}

TEST_F(ClusterOverTls, TakesHeartbeatsOfTheServerAlone) {
  EXPECT_EQ(beat("z", showing("URI:tally://server/z")), 200U);
  EXPECT_EQ(beat("a", showing("URI:tally://server/z")), 403U);
  EXPECT_EQ(beat("z", showing("DNS:z")), 403U);
  EXPECT_EQ(beat("z", net::TlsContext::load({{}, {}, ca_.file()}).value()), 403U);
}

TEST_F(ClusterOverTls, LetsNobodyInUnderAnothersCertificate) {
  const auto others = ca_.issue("others", "IP:127.0.0.1,URI:tally://server/a");
  Node& impostor = cluster_.add("c", {});
  ASSERT_TRUE(eventually([&] { return cluster_.all_ready(); }));
  impostor.kill();
  // What it shows from now on is not its own.
  for (const char* end : {".pem", ".key"}) {
    ASSERT_EQ(run({"cp", ca_.folder() + "/others" + end, ca_.folder() + "/c" + end}).status, 0);
  }
  impostor.start();
  EXPECT_TRUE(eventually([&] {
    return impostor.process().out().find("certificate is that of") != std::string::npos;
  })) << impostor.process().out();
  EXPECT_EQ(cluster_.http().add(cluster_.url("a"), "hits"), 200U) << "nobody was removed";
  EXPECT_TRUE(eventually([&] { return cluster_.http().add(cluster_.url("c"), "hits") == 200U; }))
      << "nor takes itself for removed";
  EXPECT_EQ(cluster_.http().value(cluster_.url("a"), "hits"), 1);
}

TEST_F(ClusterOverTls, TakesANewCertificateOnHangup) {
  Node& server = cluster_.server("a");
  ca_.issue("a", "IP:127.0.0.1,DNS:renewed.example,URI:tally://server/a");
  server.process().signal(SIGHUP);
  ASSERT_TRUE(eventually(
      [&] { return server.process().out().find("certificates have changed") != std::string::npos; }));
  Http unused(net::TlsContext::load({.authorities = ca_.file()}).value());
  const auto answer = unused.get({"localhost", server.url().port, true}, "/livez");
  EXPECT_THAT(answer.body, HasSubstr("renewed.example"));
  EXPECT_EQ(cluster_.http().add(cluster_.url("a"), "hits", 3), 200U);
  EXPECT_TRUE(eventually([&] { return cluster_.all_say("hits", 3); }));
}

// The shell commands between the lines ```sh and ``` of docs/security.md.
std::string documented_commands() {
  std::ifstream page(TALLY_SECURITY_PAGE);
  std::string commands;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) {
      inside = line == "```sh";
    } else if (inside) {
      commands += line + "\n";
    }
  }
  return commands;
}

TEST(Certificates, AreMadeAsTheDocumentationSays) {
  const net::TestAuthority only_for_its_folder;
  const std::string folder = only_for_its_folder.folder() + "/";
  const Finished made = run({"sh", "-euc", "cd " + folder + "\n" + documented_commands()});
  ASSERT_EQ(made.status, 0) << made.err;
  const auto context_of = [&folder](const std::string& who) {
    return net::TlsContext::load({folder + who + ".pem", folder + who + ".key", folder + "ca.pem", true})
        .value();
  };
  // As server a does with server b.
  net::TestServer server({}, 1, std::chrono::hours(1), context_of("a"));
  net::BlockingClient client({}, context_of("b"));
  const auto answer = client.send({.method = "GET", .server = server.url(), .target = "/who"});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->body, "somebody tally://server/b");
}

}  // namespace
}  // namespace tally::e2e
