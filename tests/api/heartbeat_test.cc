#include "api/heartbeat.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "api/server_state.h"
#include "tests/api/random_text.h"

namespace tally {
namespace {

ServerId server(std::string_view text) { return ServerId::parse(text).value(); }

Membership random_membership(Random& random) {
  Membership membership;
  for (std::uint64_t left = random.below(4); left > 0; --left) {
    membership.members.push_back(
        {server("s" + std::to_string(random.below(100))), {random(), random()}, "http://[::1]:7071"});
  }
  for (std::uint64_t left = random.below(3); left > 0; --left) {
    membership.removed.push_back(server("r" + std::to_string(random.below(100))));
  }
  return membership;
}

// A heartbeat in which `key` is `value` instead.
std::string heartbeat_with(std::string_view key, const boost::json::value& value) {
  std::string text;
  append_heartbeat(
      text,
      {"http://a:1", ServerState::ready, {1, 2}, {{{server("a"), {1, 2}, "http://a:1"}}, {server("x")}}});
  auto heartbeat = boost::json::parse(text);
  heartbeat.as_object()[key] = value;
  return boost::json::serialize(heartbeat);
}

TEST(Heartbeat, ReadsBackAsItWasWritten) {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const Heartbeat heartbeat{"http://127.0.0.1:" + std::to_string(random.below(65536)),
                              static_cast<ServerState>(random.below(4)), StreamId{random(), random()},
                              random_membership(random)};
    std::string body;
    append_heartbeat(body, heartbeat);
    EXPECT_EQ(read_heartbeat(body).value(), heartbeat) << body;
    body.clear();
    const HeartbeatAnswer answer{heartbeat.known, 1 + static_cast<std::int64_t>(random.below(60'000)),
                                 random.chance(50)};
    append_heartbeat_answer(body, answer);
    EXPECT_EQ(read_heartbeat_answer(body).value(), answer) << body;
  }
}

TEST(Heartbeat, IsAsTheContractShowsIt) {
  const auto heartbeat = read_heartbeat(R"({"url":"http://127.0.0.1:7071","state":"ready",
      "run":"000000000000000a000000000000000b","members":[{"id":"b","run":"00000000000000000000000000000001",
      "url":"http://127.0.0.1:7072"}],"removed":["x"]})");
  EXPECT_EQ(heartbeat.value(),
            (Heartbeat{"http://127.0.0.1:7071",
                       ServerState::ready,
                       StreamId{10, 11},
                       {{{server("b"), StreamId{0, 1}, "http://127.0.0.1:7072"}}, {server("x")}}}));
}

TEST(Heartbeat, MayKnowNobodyAndMaySayMoreThanWeUnderstand) {
  const auto heartbeat = read_heartbeat(
      R"({"url":"http://a:1","state":"starting","run":"00000000000000000000000000000001","load":0.5})");
  EXPECT_EQ(heartbeat.value().known, Membership());
}

TEST(Heartbeat, IsRefusedWhereItIsNotJson) {
  for (const char* body : {"", "{", "{\"url\":1,}", "x", "{} {}"}) {
    EXPECT_EQ(read_heartbeat(body).error().code, Errc::malformed) << body;
    EXPECT_EQ(read_heartbeat_answer(body).error().code, Errc::malformed) << body;
  }
  EXPECT_FALSE(read_heartbeat_answer(std::string(100'000, '[')));
}

TEST(Heartbeat, IsRefusedWhereAFieldIsMissingOrWrong) {
  struct Case {
    const char* key;
    boost::json::value value;
  };
  ASSERT_TRUE(read_heartbeat(heartbeat_with("load", 1)));
  const Case cases[] = {{"state", "dead"},
                        {"state", 1},
                        {"run", "1"},
                        {"run", nullptr},
                        {"url", 5},
                        {"members", "a"},
                        {"members", {1}},
                        {"members", {{{"id", "a b"}}}},
                        {"members", {{{"id", "a"}}}},
                        {"removed", {1}},
                        {"removed", {"a/b"}},
                        {"removed", boost::json::object{}}};
  for (const Case& c : cases) {
    const auto heartbeat = read_heartbeat(heartbeat_with(c.key, c.value));
    ASSERT_FALSE(heartbeat) << c.key << " " << boost::json::serialize(c.value);
    EXPECT_EQ(heartbeat.error().code, Errc::invalid);
    EXPECT_FALSE(heartbeat.error().detail.empty());
  }
  for (const char* body : {"[]", "5", "{}", "{\"url\":\"http://a:1\"}"}) {
    EXPECT_EQ(read_heartbeat(body).error().code, Errc::invalid) << body;
  }
}

TEST(HeartbeatAnswer, SaysHowLongALeaseLasts) {
  EXPECT_EQ(read_heartbeat_answer(R"({"lease_ms":3000})").value(), (HeartbeatAnswer{{}, 3000}));
  EXPECT_EQ(read_heartbeat_answer(R"({"lease_ms":1,"young":true})").value(), (HeartbeatAnswer{{}, 1, true}));
  EXPECT_EQ(read_heartbeat_answer(R"({"lease_ms":1,"young":1})").value(), (HeartbeatAnswer{{}, 1}));
  for (const char* body : {"{}", R"({"lease_ms":0})", R"({"lease_ms":-1})", R"({"lease_ms":1.5})",
                           R"({"lease_ms":"3s"})", R"({"lease_ms":3000,"members":[1]})"}) {
    EXPECT_EQ(read_heartbeat_answer(body).error().code, Errc::invalid) << body;
  }
}

TEST(Heartbeat, CarriesAUrlThatATargetCanBeAppendedTo) {
  for (const char* url :
       {"http://a", "http://a:7071", "http://a.example:1", "http://127.0.0.1:1", "http://[::1]:1"}) {
    EXPECT_TRUE(read_heartbeat(heartbeat_with("url", url))) << url;
  }
  for (const char* url : {"", "a:1", "http://", "http://:1", "http://a:1/", "http://a:1/x", "http://a:1?x",
                          "http://a:1#x", "http://u@a:1", "ftp://a", "javascript:alert(1)",
                          "http://a:1\r\nSet-Cookie: x", "http://a b", "http://a:x", " http://a", "//a:1"}) {
    EXPECT_EQ(read_heartbeat(heartbeat_with("url", url)).error().code, Errc::invalid) << url;
  }
}

TEST(ServerState, ReadsBackItsOwnText) {
  for (const auto state :
       {ServerState::starting, ServerState::ready, ServerState::draining, ServerState::down}) {
    EXPECT_EQ(parse_server_state(to_string(state)).value(), state);
  }
  for (const char* bad : {"", "Ready", "ready ", "gone"}) EXPECT_FALSE(parse_server_state(bad)) << bad;
}

}  // namespace
}  // namespace tally
