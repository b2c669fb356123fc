// A counting server among peers that do not behave.
#include <gtest/gtest.h>

#include "tests/server/running_server.h"

namespace tally {
namespace {

using Says = ScriptedServer::Says;
using Asked = ScriptedServer::Asked;

// A server that a balancer tells of one peer, and of another that behaves.
class Peers : public testing::Test {
 protected:
  void expect_unharmed(const ScriptedServer::Script& script) {
    ScriptedServer strange(script);
    const Member member{server_id("strange"), {6, 6}, strange.url().text()};
    ScriptedServer balancer([&](const Asked&) { return heartbeat_answer({{member, good_.self()}, {}}); });
    RunningServer server(options_of("a", {balancer.url()}));
    ASSERT_TRUE(eventually([&] { return server.ready(); }));
    ASSERT_TRUE(eventually([&] { return strange.asked().size() > 3; })) << "it is not even asked";
    ++expected_;
    EXPECT_EQ(http_.add(server.url(), "hits"), 200U);
    EXPECT_TRUE(eventually([&] { return http_.value(good_.url(), "hits") == expected_; }));
    EXPECT_EQ(http_.value(server.url(), "hits"), expected_);
    EXPECT_EQ(http_.counters(server.url()).size(), 1U);
  }

  Http http_;
  Int128 expected_ = 0;
  RunningServer good_{options_of("good")};
};

TEST_F(Peers, ThatAnswerNonsenseAreLeftAlone) {
  const Says nonsense[] = {{.status = 200},
                           {.status = 200, .type = "application/x-protobuf", .body = "nonsense"},
                           {.status = 200, .type = "text/html", .body = std::string(1 << 20, 'x')},
                           {.status = 204},
                           {.status = 307},
                           {.status = 400, .type = "application/problem+json", .body = "{"},
                           {.status = 403},
                           {.status = 500}};
  for (const Says& says : nonsense) {
    SCOPED_TRACE(says.status);
    expect_unharmed([&says](const Asked&) { return says; });
  }
}

TEST_F(Peers, ThatClaimMarksTheyDoNotHaveAreAskedAndBelievedNothing) {
  const Member strange{server_id("strange"), {6, 6}, "http://127.0.0.1:1"};
  const Mark claimed{{9, 9}, server_id("ghost"), Sequence{1'000'000}, Sequence{1'000'000}};
  const std::string marks = encode(Marks{strange, false, {claimed}, {strange}, {}});
  expect_unharmed([&marks](const Asked& asked) {
    if (asked.target.starts_with("/v1/streams/")) return Says{.status = 404};
    return Says{200, "application/x-protobuf", marks};
  });
}

TEST_F(Peers, ThatAnswerWithAnotherStreamAreBelievedNothing) {
  const Member strange{server_id("strange"), {6, 6}, "http://127.0.0.1:1"};
  const Mark claimed{{9, 9}, server_id("ghost"), Sequence{2}, Sequence{2}};
  const std::string marks = encode(Marks{strange, false, {claimed}, {strange}, {}});
  e2e::ShareWriter shares;
  const std::string other = shares.body(strange, {{8, 8}, server_id("ghost"), Sequence{0}, Sequence{2}},
                                        {{"invented", 5, Sequence{1}}});
  expect_unharmed([&](const Asked& asked) {
    return Says{200, "application/x-protobuf", asked.target.starts_with("/v1/streams/") ? other : marks};
  });
}

TEST_F(Peers, ThatNeverAnswerDelayAStartUntilItsLimitOnly) {
  ScriptedServer silent([](const Asked&) { return Says{.never = true}; });
  const Member member{server_id("silent"), {6, 6}, silent.url().text()};
  ScriptedServer balancer([&](const Asked&) { return heartbeat_answer({{member}, {}}); });
  ServerOptions options = options_of("a", {balancer.url()});
  options.recovery_timeout = milliseconds(300);
  RunningServer server(options);
  ASSERT_TRUE(eventually([&] { return http_.get(server.url(), "/livez").status == 200; }));
  EXPECT_EQ(http_.add(server.url(), "hits"), 503U);
  EXPECT_TRUE(eventually([&] { return server.ready(); }));
  EXPECT_EQ(http_.add(server.url(), "hits"), 200U);
}

TEST_F(Peers, ThatKeepAShareWithoutAnAnswerAreSentItAgainSoon) {
  std::atomic<int> pushes{0};
  ScriptedServer silent([&](const Asked& asked) {
    if (asked.target == "/v1/shares") ++pushes;
    return Says{.never = true};
  });
  const Member member{server_id("silent"), {6, 6}, silent.url().text()};
  ScriptedServer balancer([&](const Asked&) { return heartbeat_answer({{member}, {}}); });
  ServerOptions options = options_of("a", {balancer.url()});
  options.recovery_timeout = milliseconds(50);
  RunningServer server(options);
  EXPECT_TRUE(eventually([&] { return pushes > 1; }, seconds(5)));
}

TEST_F(Peers, GetBackWhatOnlyAThirdRemembers) {
  // "ghost" is gone; "strange" still has its last words.
  const Member strange{server_id("strange"), {6, 6}, "http://127.0.0.1:1"};
  const Mark held{{9, 9}, server_id("ghost"), Sequence{2}, Sequence{2}};
  e2e::ShareWriter shares;
  const std::string stream = shares.body(strange, {{9, 9}, server_id("ghost"), Sequence{0}, Sequence{2}},
                                         {{"hits", 5, Sequence{1}}});
  ScriptedServer witness([&](const Asked& asked) {
    if (asked.target == "/v1/streams/00000000000000090000000000000009?after=0") {
      return Says{200, "application/x-protobuf", stream};
    }
    return Says{200, "application/x-protobuf", encode(Marks{strange, false, {held}, {strange}, {}})};
  });
  ScriptedServer balancer([&](const Asked&) {
    return heartbeat_answer({{{server_id("strange"), {6, 6}, witness.url().text()}, good_.self()}, {}});
  });
  RunningServer server(options_of("a", {balancer.url()}));
  ASSERT_TRUE(eventually([&] { return server.ready(); }));
  EXPECT_EQ(http_.value(server.url(), "hits"), 5);
  EXPECT_TRUE(eventually([&] { return http_.value(good_.url(), "hits") == 5; })) << "it is not passed on";
}

TEST_F(Peers, ThatWereRemovedAreRefused) {
  const Member removed{server_id("removed"), {6, 6}, "http://127.0.0.1:1"};
  ScriptedServer balancer([&](const Asked&) { return heartbeat_answer({{}, {removed.id}}); });
  RunningServer server(options_of("a", {balancer.url()}));
  ASSERT_TRUE(eventually([&] { return server.ready(); }));
  e2e::ShareWriter shares;
  const auto answer = http_.post(
      server.url(), "/v1/shares",
      shares.body(removed, {removed.run, removed.id, Sequence{0}, Sequence{1}}, {{"hits", 5, Sequence{1}}}),
      "application/x-protobuf");
  EXPECT_EQ(answer.status, 403U);
  EXPECT_EQ(answer.content_type, "application/problem+json");
  EXPECT_EQ(http_.value(server.url(), "hits"), 0);
}

}  // namespace
}  // namespace tally
