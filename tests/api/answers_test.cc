#include "api/answers.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "api/render.h"
#include "tests/api/random_text.h"

namespace tally {
namespace {

Int128 random_value(Random& random) {
  const auto high = static_cast<std::int64_t>(random()) >> random.below(64);
  return static_cast<Int128>(high) * static_cast<std::int64_t>(1 + random.below(1'000'000));
}

Ack random_ack(Random& random) {
  const auto holder = static_cast<Ack::Holder>(random.below(3));
  return {holder, holder == Ack::Holder::peers ? 1 + static_cast<std::uint32_t>(random.below(9)) : 0};
}

TEST(Answers, ReadBackWhatTheServerRendered) {
  Random random(1);
  for (int round = 0; round < 500; ++round) {
    std::vector<CounterValue> counters;
    for (std::uint64_t left = 1 + random.below(5); left > 0; --left) {
      counters.push_back({random_name(random), random_value(random)});
    }
    std::vector<NamedValue> named;
    for (const CounterValue& counter : counters) named.push_back({counter.name, counter.value});
    const Ack ack = random_ack(random);

    std::string body;
    render_added(body, named[0]);
    close_with_ack(body, ack);
    EXPECT_EQ(boost::json::parse(body).at("name").as_string(), counters[0].name);
    const auto added = read_add_answer(body).value();
    EXPECT_EQ(added.counter, counters[0]);
    EXPECT_EQ(added.ack, ack);

    body.clear();
    render_batch_added(body, named);
    close_with_ack(body, ack);
    const auto batch = read_batch_answer(body).value();
    EXPECT_EQ(batch.counters, counters);
    EXPECT_EQ(batch.ack, ack);

    body.clear();
    const std::optional<std::string> next =
        random.chance(50) ? std::optional(random_name(random)) : std::nullopt;
    render_page(body, named, next);
    const auto page = read_page_answer(body).value();
    EXPECT_EQ(page.counters, counters);
    EXPECT_EQ(page.next, next);

    body.clear();
    const ServerId missing[] = {ServerId::parse("b").value(), ServerId::parse("eu-1").value()};
    const bool complete = random.chance(50);
    const std::optional<std::int64_t> staleness_ms = random.chance(50) ? std::optional(410) : std::nullopt;
    const auto lacks = complete ? std::span<const ServerId>() : std::span<const ServerId>(missing);
    render_reading(body, {counters[0].name, counters[0].value, staleness_ms, complete, lacks});
    const auto read = read_read_answer(body).value();
    EXPECT_EQ(read.counter, counters[0]);
    EXPECT_EQ(read.staleness_ms, staleness_ms);
    EXPECT_EQ(read.complete, complete);
    EXPECT_EQ(read.missing, complete ? std::vector<std::string>() : std::vector<std::string>({"b", "eu-1"}));
  }
}

TEST(Answers, TreesAreReadAsDeepAsTheyAre) {
  const auto read = read_tree_answer(
      R"({"name":"x","nodes":[{"key":"b","value":5,"computed":36893488147419103228,)"
      R"("valid":false,"children":[{"key":"a","value":-38,"computed":-38,"valid":true,"children":[]}]}]})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, "x");
  const Int128 great = Int128{9'223'372'036'854'775'807} * 4;
  EXPECT_EQ(read->nodes, (std::vector<TreeNode>{{"b", 5, great, false, {{"a", -38, -38, true, {}}}}}));
  for (const char* body :
       {R"({"name":"x"})", R"({"name":"x","nodes":[5]})",
        R"({"name":"x","nodes":[{"key":"b","value":5,"computed":5,"valid":true}]})",
        R"({"name":"x","nodes":[{"key":"b","value":5,"computed":5,"valid":1,"children":[]}]})"}) {
    EXPECT_FALSE(read_tree_answer(body)) << body;
  }
  std::string deep = R"({"name":"x","nodes":)";
  for (int i = 0; i < 5'000; ++i) deep += R"([{"key":"b","value":5,"computed":5,"valid":true,"children":)";
  EXPECT_FALSE(read_tree_answer(deep));
}

TEST(Answers, IgnoreWhatANewerServerAdds) {
  const auto added =
      read_add_answer(R"({"session":{"a":[1,{"b":2}]},"name":"x","value":7,"ack":"disk","new":null})");
  EXPECT_EQ(added.value().counter, (CounterValue{"x", 7}));
}

TEST(Answers, ThatAreNotUnderstoodLeaveTheOutcomeUnknown) {
  for (const char* body :
       {"", "<html>", "null", "[]", "{}", "{\"name\":\"x\",\"value\":7}", "{\"name\":\"x\",\"ack\":\"disk\"}",
        "{\"name\":\"x\",\"value\":7.5,\"ack\":\"disk\"}",
        "{\"name\":\"x\",\"value\":\"7\",\"ack\":\"disk\"}", "{\"name\":\"x\",\"value\":7,\"ack\":\"tape\"}",
        "{\"name\":5,\"value\":7,\"ack\":\"disk\"}", "{\"name\":\"x\",\"value\":7,\"ack\":\"disk\"",
        "{\"name\":\"x\",\"value\":7,\"ack\":\"disk\"}}", "{\"name\":\"x\",\"value\":{},\"ack\":\"disk\"}"}) {
    EXPECT_EQ(read_add_answer(body).error().code, Errc::unknown_outcome) << body;
  }
  EXPECT_FALSE(read_read_answer(R"({"name":"x","value":7,"staleness_ms":-1,"complete":true})"));
  EXPECT_FALSE(read_read_answer(R"({"name":"x","value":7,"staleness_ms":null,"complete":1})"));
  EXPECT_FALSE(
      read_read_answer(R"({"name":"x","value":7,"staleness_ms":null,"complete":true,"missing":[5]})"));
  EXPECT_FALSE(read_batch_answer(R"({"counters":[{"name":"x"}],"ack":"disk"})"));
  EXPECT_FALSE(read_batch_answer(R"({"counters":[5],"ack":"disk"})"));
  EXPECT_FALSE(read_page_answer(R"({"next":null})"));
  EXPECT_FALSE(read_page_answer(R"({"counters":[],"next":nul})"));
  EXPECT_FALSE(read_page_answer(R"({"counters":[],"next":7})"));
}

}  // namespace
}  // namespace tally
