// redis-py and ioredis: scripts in their languages do the talking.
#include <gtest/gtest.h>

#include "tests/clients/servers.h"

namespace tally::e2e {
namespace {

const std::string kScripts = TALLY_CLIENT_SCRIPTS;

TEST(RedisPy, DoesAllThatItsScriptAsks) {
  const RespServer server;
  // Debian's package belongs to Debian's interpreter, whichever comes first in PATH.
  const Finished script =
      run({"/usr/bin/python3", "-B", kScripts + "/redis_py_test.py", server.port()}, {}, seconds(60));
  EXPECT_EQ(script.status, 0) << script.out << script.err;
  EXPECT_EQ(script.err.find("Ran 0 tests"), std::string::npos) << script.err;
}

class Ioredis : public testing::Test {
 protected:
  static constexpr const char* kFolder = TALLY_NODE_FOLDER;

  void SetUp() override {
    const Finished installed =
        run({"sh", kScripts + "/../../scripts/npm_ci.sh", kScripts, kFolder}, {}, seconds(100));
    ASSERT_EQ(installed.status, 0) << installed.err;
  }

  static std::vector<std::string> node(const std::string& script, const RespServer& server) {
    return {"node", kScripts + "/" + script, server.port()};
  }
  const std::vector<std::string> packages_{std::string("NODE_PATH=") + kFolder + "/node_modules"};
};

TEST_F(Ioredis, DoesAllThatItsScriptAsks) {
  const RespServer server;
  const Finished script = run(node("ioredis_test.js", server), {.environment = packages_}, seconds(60));
  EXPECT_EQ(script.status, 0) << script.out << script.err;
  EXPECT_EQ(script.out.find("tests 0"), std::string::npos) << script.out;
}

// The number behind `"key":` in the last line.
long long number_in(const std::string& text, const std::string& key) {
  const std::size_t begin = text.find("\"" + key + "\":");
  EXPECT_NE(begin, std::string::npos) << key << " is not in: " << text;
  return begin == std::string::npos ? -1 : std::stoll(text.substr(begin + key.size() + 3));
}

int times(const std::string& text, const std::string& word) {
  int count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

TEST_F(Ioredis, FindsEveryAcknowledgedAddWhenTheServerIsBack) {
  const TemporaryFolder folder;
  RespServer server({"--data", (folder.path() / "a").string()});
  Process adding(node("ioredis_reconnect.js", server), {.feed = true, .environment = packages_});
  constexpr int kDeaths = 2;
  for (int death = 1; death <= kDeaths; ++death) {
    const int before = times(adding.out(), "acknowledged");
    ASSERT_TRUE(eventually([&] { return times(adding.out(), "acknowledged") > before + 1; }));
    server.kill();
    server.start();
    ASSERT_TRUE(eventually([&] { return times(adding.out(), "connected") > death; }))
        << "it did not come back";
  }
  const int before = times(adding.out(), "acknowledged");
  ASSERT_TRUE(eventually([&] { return times(adding.out(), "acknowledged") > before; }));
  adding.close_input();
  ASSERT_EQ(adding.wait(), 0);
  const std::string said = adding.out();
  const long long acknowledged = number_in(said, "acknowledged");
  const long long sent = number_in(said, "sent");
  EXPECT_EQ(sent, acknowledged + number_in(said, "unconfirmed") + number_in(said, "unknown"));
  const long long value = std::stoll(run({"redis-cli", "-p", server.port(), "get", "hits"}).out);
  EXPECT_GE(value, acknowledged) << "something acknowledged is missing";
  EXPECT_LE(value, sent) << "counted twice";
}

}  // namespace
}  // namespace tally::e2e
