// What a counting server refuses, over HTTP and over the Redis protocol, and to whom.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/edge/token_file.h"
#include "tests/net/support.h"
#include "tests/server/running_server.h"

namespace tally {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kSecret(40, 's');

class GuardedServer : public testing::Test {
 protected:
  GuardedServer() {
    tokens_.write(lines());
    cluster_.write(kSecret + "\n");
    ServerOptions options = options_of("a");
    options.access = {.tokens = tokens_.path(), .cluster = cluster_.path()};
    server_ = std::make_unique<RunningServer>(options);
    EXPECT_TRUE(eventually([&] { return server_->ready(); })) << "who asks for health needs no token";
  }

  static std::string lines() {
    return TokenFile::line("reader", "read", "tally_r") + TokenFile::line("writer", "write", "tally_w") +
           TokenFile::line("boss", "admin", "tally_a");
  }

  net::ClientResponse ask(const std::string& method, const std::string& target, const std::string& token) {
    return http_.send({.method = method,
                       .server = server_->url(),
                       .target = target,
                       .authorization = token.empty() ? "" : "Bearer " + token});
  }
  unsigned status(const std::string& method, const std::string& target, const std::string& token) {
    return ask(method, target, token).status;
  }

  // The whole answer to these bytes.
  std::string raw(const std::string& bytes) const {
    net::RawClient client(server_->url().port);
    client.send(bytes);
    const auto answer = client.read_answer();
    return answer.header + answer.body;
  }

  TokenFile tokens_;
  TokenFile cluster_;
  std::unique_ptr<RunningServer> server_;
  Http http_;
};

TEST_F(GuardedServer, LetsEachTokenDoWhatItsScopesSay) {
  struct Case {
    const char* method;
    const char* target;
    unsigned stranger, reader, writer, boss, server;
  };
  for (const Case& c :
       {Case{"GET", "/v1/counters/x", 401, 200, 403, 200, 403},
        Case{"HEAD", "/v1/counters/x", 401, 200, 403, 200, 403},
        Case{"POST", "/v1/counters/x", 401, 403, 200, 200, 403},
        Case{"GET", "/v1/counters", 401, 200, 403, 200, 403},
        Case{"POST", "/v1/counters", 401, 403, 400, 400, 403},
        Case{"GET", "/v1/trees/x", 401, 200, 403, 200, 403},
        Case{"POST", "/v1/shares", 401, 403, 403, 403, 415},
        Case{"GET", "/v1/marks", 401, 403, 403, 403, 200},
        Case{"GET", "/v1/streams/x", 401, 403, 403, 403, 400},
        Case{"GET", "/metrics", 401, 200, 403, 200, 403}, Case{"GET", "/livez", 200, 200, 200, 200, 200},
        Case{"GET", "/readyz", 200, 200, 200, 200, 200}, Case{"GET", "/v1/nothing", 404, 404, 404, 404, 404},
        Case{"DELETE", "/v1/counters/x", 405, 405, 405, 405, 405}}) {
    const std::string what = std::string(c.method) + " " + c.target;
    EXPECT_EQ(status(c.method, c.target, ""), c.stranger) << what;
    EXPECT_EQ(status(c.method, c.target, "tally_unknown"), c.stranger) << what;
    EXPECT_EQ(status(c.method, c.target, "tally_r"), c.reader) << what;
    EXPECT_EQ(status(c.method, c.target, "tally_w"), c.writer) << what;
    EXPECT_EQ(status(c.method, c.target, "tally_a"), c.boss) << what;
    EXPECT_EQ(status(c.method, c.target, kSecret), c.server) << what;
  }
  EXPECT_EQ(ask("GET", "/v1/counters/x", "tally_r").body.substr(0, 22), R"({"name":"x","value":2,)")
      << "a writer's add and the boss's, and nothing that was refused";
}

TEST_F(GuardedServer, SaysInItsRefusalWhatIsNeededAndNeverTheToken) {
  const std::string nothing = raw("GET /v1/counters/x HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(nothing, HasSubstr("HTTP/1.1 401 "));
  EXPECT_THAT(nothing, HasSubstr("WWW-Authenticate: Bearer realm=\"tally\", scope=\"read\"\r\n"));
  EXPECT_THAT(nothing, HasSubstr("\"type\":\"/problems/unauthorized\""));
  const std::string unknown =
      raw("GET /v1/counters/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer tally_s3cret\r\n\r\n");
  EXPECT_THAT(unknown, HasSubstr("HTTP/1.1 401 "));
  EXPECT_THAT(unknown, HasSubstr("error=\"invalid_token\""));
  EXPECT_THAT(unknown, Not(HasSubstr("s3cret")));
  const std::string lacking =
      raw("POST /v1/counters/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer tally_r\r\n\r\n");
  EXPECT_THAT(lacking, HasSubstr("HTTP/1.1 403 "));
  EXPECT_THAT(lacking, HasSubstr("error=\"insufficient_scope\", scope=\"write\""));
  EXPECT_THAT(lacking, HasSubstr("\"type\":\"/problems/insufficient-scope\""));
  EXPECT_THAT(lacking, Not(HasSubstr("tally_r")));
}

TEST_F(GuardedServer, TakesATokenFromTheHeaderAlone) {
  EXPECT_EQ(status("GET", "/v1/counters/x?access_token=tally_r", ""), 401U);
  EXPECT_EQ(status("GET", "/v1/counters/x?token=tally_r", ""), 401U);
  const auto posted = http_.post(server_->url(), "/v1/counters/x", "access_token=tally_w",
                                 "application/x-www-form-urlencoded");
  EXPECT_EQ(posted.status, 401U);
  for (const char* scheme : {"Basic", "Digest", "BearerX"}) {
    EXPECT_THAT(raw("GET /v1/counters/x HTTP/1.1\r\nHost: x\r\nAuthorization: " + std::string(scheme) +
                    " tally_r\r\n\r\n"),
                HasSubstr("HTTP/1.1 401 "));
  }
  EXPECT_THAT(raw("GET /v1/counters/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer tally_r\r\n"
                  "Authorization: Bearer tally_r\r\n\r\n"),
              HasSubstr("HTTP/1.1 400 "));
}

TEST_F(GuardedServer, JudgesEachRequestOfAConnectionByItsOwnToken) {
  net::RawClient client(server_->url().port);
  const auto says = [&client](const std::string& token) {
    client.send("GET /v1/counters/x HTTP/1.1\r\nHost: x\r\n" +
                (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n") + "\r\n");
    return client.read_answer().header.substr(9, 3);
  };
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(says("tally_r"), "200");
    EXPECT_EQ(says("tally_r"), "200");
    EXPECT_EQ(says(""), "401") << "what it showed before is not what it shows now";
    EXPECT_EQ(says("tally_w"), "403");
    EXPECT_EQ(says("tally_x"), "401");
  }
}

TEST_F(GuardedServer, ForgetsATokenOnOpenConnectionsOnceItIsTakenOut) {
  net::RawClient client(server_->url().port);
  const auto says = [&client] {
    client.send("GET /v1/counters/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer tally_r\r\n\r\n");
    return client.read_answer().header.substr(9, 3);
  };
  EXPECT_EQ(says(), "200");
  tokens_.write(TokenFile::line("reader", "read", "tally_r2"));
  server_->look_for_tokens().wait();
  EXPECT_EQ(says(), "401");
  EXPECT_EQ(status("GET", "/v1/counters/x", "tally_r2"), 200U);
}

TEST(GuardedServers, ShareWithOneAnotherAndWithNoStranger) {
  TokenFile cluster;
  cluster.write(kSecret + "\n");
  TokenFile other_cluster;
  other_cluster.write(std::string(40, 'o') + "\n");
  const auto guarded = [](std::string_view id, const TokenFile& secret, std::vector<net::Url> balancers) {
    ServerOptions options = options_of(id, std::move(balancers));
    options.access.cluster = secret.path();
    return options;
  };
  // Names both to whoever asks, as if both were members.
  ScriptedServer balancer([](const ScriptedServer::Asked&) { return heartbeat_answer({}); });
  RunningServer a(guarded("a", cluster, {balancer.url()}));
  RunningServer b(guarded("b", cluster, {balancer.url()}));
  RunningServer stranger(guarded("s", other_cluster, {balancer.url()}));
  const std::vector<Member> all{a.self(), b.self(), stranger.self()};
  balancer.now_says([all](const ScriptedServer::Asked&) { return heartbeat_answer({all, {}}); });
  Http http;
  EXPECT_TRUE(eventually([&] { return a.ready() && b.ready() && stranger.ready(); }));
  EXPECT_EQ(http.add(stranger.url(), "x", 100), 200U);
  EXPECT_EQ(http.add(a.url(), "x", 1), 200U);
  EXPECT_TRUE(eventually([&] { return http.value(b.url(), "x") == 1; }));
  EXPECT_EQ(http.value(a.url(), "x"), 1);
  EXPECT_EQ(http.value(stranger.url(), "x"), 100) << "neither side hears the other";
}

}  // namespace
}  // namespace tally
