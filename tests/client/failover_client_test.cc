#include "client/failover_client.h"

#include <gtest/gtest.h>

#include "tests/client/fake_world.h"

namespace tally {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(FailoverClient, AddsAndReadsAtItsServer) {
  FakeWorld world(2);
  FailoverClient client = world.client();
  EXPECT_EQ(client.add("x", 5).value(), 5);
  EXPECT_EQ(client.add("x").value(), 6);
  EXPECT_EQ(client.add("x", -8).value(), -2);
  EXPECT_EQ(client.get("x").value(), -2);
  EXPECT_EQ(client.get("nobody touched this").value(), 0);
  EXPECT_EQ(client.server()->id.text(), "a");
}

TEST(FailoverClient, NamesArriveByteForByte) {
  FakeWorld world(1);
  FailoverClient client = world.client();
  for (const char* name : {"a/b", "?x=1#", "%41", " ", "\"\\", "grün", "..", "//", "+"}) {
    EXPECT_EQ(client.add(name, 3).value(), 3) << name;
    EXPECT_EQ(world.counted(name), 3) << name;
    EXPECT_EQ(client.get(name).value(), 3) << name;
  }
}

TEST(FailoverClient, ABatchAnswersInItsOrder) {
  FakeWorld world(1);
  FailoverClient client = world.client();
  const std::vector<NamedDelta> batch{{"z", 1}, {"a", -2}, {"m", 0}};
  EXPECT_EQ(client.add(batch).value(), (std::vector<Int128>{1, -2, 0}));
  EXPECT_TRUE(client.add(std::vector<NamedDelta>{}).value().empty());
}

TEST(FailoverClient, AsksTheBalancerOnceAndThenSticks) {
  FakeWorld world(2);
  FailoverClient client = world.client();
  ASSERT_TRUE(client.add("x"));
  world.assigned = "b";
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(client.add("x"));
  EXPECT_EQ(world.questions_to_balancers, 1U);
  EXPECT_EQ(client.server()->id.text(), "a");
}

TEST(FailoverClient, FollowsFromTlsToNoServerWithoutIt) {
  FakeWorld world(1);
  ClientOptions options{.balancers = {{"127.0.0.1", 7070, true}}, .client_id = "me@here"};
  options.patient = false;
  FailoverClient client(std::move(options), world.transport());
  const auto added = client.add("x");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::unreachable);
  EXPECT_NE(added.error().detail.find("Start it with --tls-cert"), std::string::npos) << added.error().detail;
  EXPECT_EQ(world.server("a").adds, 0U);
}

TEST(FailoverClient, AsksAgainWhenTheAssignmentIsNoLongerValid) {
  FakeWorld world(2);
  FailoverClient client = world.client();
  ASSERT_TRUE(client.add("x"));
  world.assigned = "b";
  world.now += milliseconds(world.valid_for_ms);
  ASSERT_TRUE(client.add("x"));
  EXPECT_EQ(client.server()->id.text(), "b");
  EXPECT_EQ(world.questions_to_balancers, 2U);
}

TEST(FailoverClient, GoesOnWithItsServerWhenTheBalancerIsGone) {
  FakeWorld world(2);
  FailoverClient client = world.client();
  ASSERT_TRUE(client.add("x"));
  world.first_balancer_up = false;
  world.now += seconds(3600);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(client.add("x"));
  EXPECT_EQ(client.server()->id.text(), "a");
  EXPECT_EQ(world.questions_to_balancers, 2U) << "a balancer that is gone is not asked at every call";
  EXPECT_EQ(world.pauses, 0U);
}

TEST(FailoverClient, AnyBalancerWillDo) {
  FakeWorld world(1);
  world.first_balancer_up = false;
  FailoverClient client = world.client_of_both_balancers();
  ASSERT_TRUE(client.add("x"));
  EXPECT_EQ(world.pauses, 0U);
  EXPECT_EQ(client.servers().value().size(), 1U);
  EXPECT_EQ(world.questions_to_balancers, 3U) << "who answered is asked first from then on";
}

TEST(FailoverClient, MovesOnAtOnceWhileTheBalancerStillNamesTheDeadServer) {
  FakeWorld world(3);
  FailoverClient client = world.client();
  ASSERT_TRUE(client.add("x"));
  world.server("a").mood = Mood::refuses_connections;
  EXPECT_TRUE(client.add("x"));
  EXPECT_NE(client.server()->id.text(), "a");
  EXPECT_EQ(world.pauses, 0U);
  EXPECT_EQ(world.counted("x"), 2);
}

TEST(FailoverClient, StaysAwayFromAServerThatJustFailedAndComesBackLater) {
  FakeWorld world(2);
  world.valid_for_ms = 2000;
  FailoverClient client = world.client();
  world.server("a").mood = Mood::refuses_connections;
  ASSERT_TRUE(client.add("x"));
  world.server("a").mood = Mood::serves;
  world.now += seconds(3);
  ASSERT_TRUE(client.add("x"));
  EXPECT_EQ(client.server()->id.text(), "b");
  world.now += seconds(3);
  ASSERT_TRUE(client.add("x"));
  EXPECT_EQ(client.server()->id.text(), "a");
}

TEST(FailoverClient, AsksOnlyServersThatAreReady) {
  FakeWorld world(3);
  world.server("a").mood = Mood::refuses_connections;
  world.server("b").announced = ServerState::draining;
  FailoverClient client = world.client();
  ASSERT_TRUE(client.add("x"));
  EXPECT_EQ(client.server()->id.text(), "c");
}

TEST(FailoverClient, AStartingServerHasCountedNothingSoTheAddGoesElsewhere) {
  FakeWorld world(2);
  world.server("a").mood = Mood::starting;
  FailoverClient client = world.client();
  EXPECT_EQ(client.add("x").value(), 1);
  EXPECT_EQ(client.server()->id.text(), "b");
}

TEST(FailoverClient, AnAddWithUnknownOutcomeIsNeverSentAgain) {
  FakeWorld world(2);
  world.server("a").mood = Mood::counts_and_is_silent;
  FailoverClient client = world.client();
  const auto added = client.add("x");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::unknown_outcome);
  EXPECT_EQ(world.server("a").adds + world.server("b").adds, 1U);
  EXPECT_EQ(client.add("y").value(), 1) << "the next one goes elsewhere";
  EXPECT_EQ(client.server()->id.text(), "b");
}

TEST(FailoverClient, AnAnswerThatIsNotUnderstoodLeavesTheOutcomeUnknown) {
  FakeWorld world(2);
  world.server("a").mood = Mood::answers_nonsense;
  FailoverClient client = world.client();
  EXPECT_EQ(client.add("x").error().code, Errc::unknown_outcome);
  EXPECT_EQ(client.add(std::vector<NamedDelta>{{"x", 1}}).error().code, Errc::unknown_outcome);
  EXPECT_EQ(world.counted("x"), 2);
  EXPECT_EQ(client.get("x").error().code, Errc::malformed) << "a read counts nothing, whatever comes of it";
}

TEST(FailoverClient, AReadIsSentAgainAfterAnyFailureOfAServer) {
  FakeWorld world(2);
  world.server("a").mood = Mood::counts_and_is_silent;
  FailoverClient client = world.client();
  EXPECT_EQ(client.get("x").value(), 0);
  EXPECT_EQ(client.server()->id.text(), "b");
}

TEST(FailoverClient, ARefusalIsTheAnswerAndTheServerKeepsItsClient) {
  FakeWorld world(2);
  FailoverClient client = world.client();
  ASSERT_TRUE(client.get("x"));
  const auto added = client.add(std::string(300, 'x'));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::invalid);
  EXPECT_EQ(client.server()->id.text(), "a");
  EXPECT_EQ(world.pauses, 0U);
}

TEST(FailoverClient, TriesForAFewSecondsAndThenSaysWhatHappened) {
  FakeWorld world(2);
  world.server("a").mood = world.server("b").mood = Mood::refuses_connections;
  FailoverClient client = world.client();
  const auto added = client.add("x");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::unreachable);
  EXPECT_EQ(added.error().detail, "Server b: http://127.0.0.1:7072 cannot be reached (connection refused).");
  EXPECT_GE(world.now.time_since_epoch(), seconds(3));
  EXPECT_LE(world.now.time_since_epoch(), seconds(4));
}

TEST(FailoverClient, DoesNotTryForEverWhereServersTakeTheirTimeToFail) {
  FakeWorld world(3);
  for (const char* id : {"a", "b", "c"}) world.server(id).mood = Mood::counts_and_is_silent;
  world.before_each_request = [&world] { world.now += seconds(2); };
  FailoverClient client = world.client();
  EXPECT_EQ(client.get("x").error().code, Errc::unreachable);
  EXPECT_LE(world.now.time_since_epoch(), seconds(40));
}

TEST(FailoverClient, WaitsForTheOnlyServerToComeBack) {
  FakeWorld world(1);
  FailoverClient client = world.client();
  ASSERT_TRUE(client.add("x"));
  world.server("a").mood = Mood::refuses_connections;
  world.before_each_request = [&world] {
    if (world.pauses == 3) world.server("a").mood = Mood::serves;
  };
  EXPECT_EQ(client.add("x").value(), 2);
  EXPECT_EQ(world.pauses, 3U);
}

TEST(FailoverClient, WithoutAnyBalancerItSaysSo) {
  FakeWorld world(1);
  world.first_balancer_up = false;
  FailoverClient client = world.client();
  const auto added = client.add("x");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::unreachable);
  EXPECT_NE(added.error().detail.find("balancer http://127.0.0.1:7070"), std::string::npos);
  EXPECT_FALSE(client.servers());
}

TEST(FailoverClient, KnowsTheServersThatItHeardOfWhenBalancerAndServerAreGone) {
  FakeWorld world(3);
  FailoverClient client = world.client();
  world.server("a").mood = Mood::refuses_connections;
  ASSERT_TRUE(client.add("x"));  // learns of all
  const std::string second = client.server()->id.text();
  world.first_balancer_up = false;
  world.server(second).mood = Mood::refuses_connections;
  world.now += seconds(10);
  EXPECT_TRUE(client.add("x"));
  EXPECT_EQ(world.counted("x"), 2);
}

TEST(FailoverClient, CompletesNamesWithoutPausing) {
  FakeWorld world(1);
  FailoverClient client = world.client();
  for (const char* name : {"page", "pages", "other"}) ASSERT_TRUE(client.add(name));
  EXPECT_EQ(client.names("pa", 10).value(), (std::vector<std::string>{"page", "pages"}));
  world.server("a").mood = Mood::refuses_connections;
  EXPECT_FALSE(client.names("pa", 10));
  EXPECT_EQ(world.pauses, 0U);
}

TEST(FailoverClient, SaysThatABalancerIsNone) {
  FakeWorld world(2);
  world.server("b").mood = Mood::answers_nonsense;  // as some other web server does
  for (const net::Url& url : {net::Url{"127.0.0.1", 7071}, net::Url{"127.0.0.1", 7072}}) {
    FailoverClient client({{url}, "me@here"}, world.transport());
    const std::string complaint = "What listens at " + url.text() + " is no Tally balancer";
    const auto value = client.get("x");
    ASSERT_FALSE(value);
    EXPECT_TRUE(value.error().detail.starts_with(complaint)) << value.error().detail;
    EXPECT_NE(value.error().detail.find("--balancer"), std::string::npos) << value.error().detail;
    const auto servers = client.servers();
    ASSERT_FALSE(servers);
    EXPECT_TRUE(servers.error().detail.starts_with(complaint)) << servers.error().detail;
  }
  EXPECT_EQ(world.pauses, 0U) << "asking again does not help";
}

TEST(FailoverClient, ABalancerThatIsNoneIsPassedOver) {
  FakeWorld world(2);
  world.server("b").mood = Mood::answers_nonsense;
  FailoverClient client({{{"127.0.0.1", 7072}, {"127.0.0.1", 7070}}, "me@here"}, world.transport());
  EXPECT_EQ(client.add("x", 3).value(), 3);
  EXPECT_EQ(client.servers().value().size(), 2U);
}

}  // namespace
}  // namespace tally
