// tally_load and a real server: what it says was answered is what the counters say.
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/e2e/cluster.h"

namespace tally::e2e {
namespace {

// What it prints: "adds 1234".
std::map<std::string, double> figures(const std::string& out) {
  std::map<std::string, double> all;
  std::istringstream lines(out);
  std::string name;
  for (double value = 0; lines >> name >> value;) all[name] = value;
  return all;
}

class TallyLoad : public testing::Test {
 protected:
  TallyLoad() {
    server_.start();
    EXPECT_TRUE(eventually([this] { return http_.get(http_url_, "/readyz").status == 200; }));
  }

  Finished load(const std::string& protocol, const std::string& server, std::vector<std::string> options) {
    std::vector<std::string> command{TALLY_LOAD_PROGRAM, protocol, server, "--connections", "10"};
    command.insert(command.end(), options.begin(), options.end());
    return run(command);
  }

  // Of a short load over a hundred names, whose every add must be there.
  std::map<std::string, double> loaded(const std::string& protocol, const std::string& server,
                                       std::vector<std::string> options) {
    const Int128 before = sum();
    options.insert(options.end(), {"--names", "100", "--warm-up", "20ms", "--for", "200ms"});
    const Finished finished = load(protocol, server, options);
    EXPECT_EQ(finished.status, 0) << finished.err;
    std::map<std::string, double> said = figures(finished.out);
    EXPECT_GT(said["all_adds"], 0) << finished.out;
    EXPECT_GE(said["all_adds"], said["adds"]);
    EXPECT_EQ(static_cast<double>(sum() - before), said["all_adds"]) << finished.out;
    return said;
  }

  Int128 sum() {
    Int128 sum = 0;
    for (const auto& [name, value] : http_.counters(http_url_)) sum += value;
    return sum;
  }

  Ports http_ports_;
  Ports resp_ports_;
  const net::Url http_url_{"127.0.0.1", http_ports_.first()};
  const std::string at_http_ = http_url_.authority();
  const std::string at_resp_ = "127.0.0.1:" + std::to_string(resp_ports_.first());
  Node server_{
      {tally_program(), "server", "--id", "a", "--listen", at_http_, "--resp", at_resp_, "--threads", "1"},
      http_url_,
      std::move(http_ports_)};
  Http http_;
};

TEST_F(TallyLoad, AsFastAsItGoesSaysHowManyAddsWereCounted) {
  loaded("resp-incr", at_resp_, {"--in-flight", "16"});
  loaded("http-add", at_http_, {"--in-flight", "16"});
  loaded("http-batch", at_http_, {});
}

TEST_F(TallyLoad, AtAFixedRateSaysHowManyAddsWereCounted) {
  for (const auto& [protocol, server] : {std::pair{"resp-incr", at_resp_}, std::pair{"http-add", at_http_}}) {
    std::map<std::string, double> said = loaded(protocol, server, {"--rate", "2000", "--late", "100s"});
    EXPECT_EQ(said["adds"], 400);
    EXPECT_EQ(said["all_adds"], 440);
    EXPECT_GT(said["p50_us"], 0);
    EXPECT_LE(said["p50_us"], said["p99_us"]);
    EXPECT_LE(said["p99_us"], said["p99.9_us"]);
    EXPECT_LE(said["p99.9_us"], said["max_us"]);
  }
}

TEST_F(TallyLoad, OfAServerThatAnswersSomethingElseFailsAndShowsIt) {
  const Finished finished = load("etcd-put", at_http_, {});
  EXPECT_EQ(finished.status, 1);
  EXPECT_EQ(finished.out, "");
  EXPECT_NE(finished.err.find("It answered: HTTP/1.1 404 Not Found"), std::string::npos) << finished.err;
}

TEST_F(TallyLoad, ThatFallsBehindItsScheduleFailsWithAStatusOfItsOwn) {
  const Finished finished = load("resp-incr", at_resp_, {"--rate", "50000000", "--for", "2s"});
  EXPECT_EQ(finished.status, 3);
  EXPECT_NE(finished.err.find("this generator cannot send"), std::string::npos) << finished.err;
}

TEST_F(TallyLoad, SaysWhatIsWrongWithItsCommandLine) {
  EXPECT_EQ(load("resp", at_resp_, {}).status, 2);
  EXPECT_EQ(load("resp-incr", "here", {}).status, 2);
  EXPECT_EQ(load("resp-incr", at_resp_, {"--rate", "100", "--in-flight", "2"}).status, 2);
  EXPECT_EQ(load("resp-incr", at_resp_, {"--for", "soon"}).status, 2);
  EXPECT_EQ(load("resp-incr", at_resp_, {"--help"}).status, 0);
}

}  // namespace
}  // namespace tally::e2e
