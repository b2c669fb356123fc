// What the commands that ask a question answer, in both formats.
#include <sstream>

#include <gtest/gtest.h>

#include "client/commands.h"
#include "tests/client/fake_world.h"

namespace tally {
namespace {

struct Said {
  bool done;
  std::string out;
  std::string err;
};

Said ask(FakeWorld& world, const ClientCommand& command, OutputFormat format = OutputFormat::text,
         bool terminal = false) {
  FailoverClient client = world.client();
  std::ostringstream out;
  std::ostringstream err;
  const auto done = answer(client, command, {out, err, format, terminal});
  if (!done) err << done.error().detail;
  return {done.has_value(), out.str(), err.str()};
}

TEST(Answers, AreTheValueAloneOrAnObjectALine) {
  FakeWorld world(2);
  EXPECT_EQ(ask(world, AddCommand{"a \"b\"", 5}).out, "5\n");
  EXPECT_EQ(ask(world, AddCommand{"a \"b\"", 2}, OutputFormat::json).out,
            "{\"name\":\"a \\\"b\\\"\",\"value\":7,\"ack\":\"memory\"}\n");
  world.missing = {ServerId::parse("b").value()};
  EXPECT_EQ(ask(world, GetCommand{{"n", "m"}}, OutputFormat::json).out,
            "{\"name\":\"n\",\"value\":0,\"staleness_ms\":null,\"complete\":false,\"missing\":[\"b\"]}\n"
            "{\"name\":\"m\",\"value\":0,\"staleness_ms\":null,\"complete\":false,\"missing\":[\"b\"]}\n");
  EXPECT_EQ(ask(world, ServersCommand{}, OutputFormat::json).out,
            "{\"id\":\"a\",\"url\":\"http://127.0.0.1:7071\",\"state\":\"ready\",\"last_seen_ms\":100}\n"
            "{\"id\":\"b\",\"url\":\"http://127.0.0.1:7072\",\"state\":\"ready\",\"last_seen_ms\":100}\n");
}

TEST(Answers, OfAFreshReadSayWhoDidNotAnswer) {
  FakeWorld world(1);
  EXPECT_EQ(ask(world, GetCommand{{"n"}, true}).err, "");
  EXPECT_EQ(world.fresh_reads, 1U);
  world.missing = {ServerId::parse("b").value()};
  const Said said = ask(world, GetCommand{{"n"}, true});
  EXPECT_TRUE(said.done);
  EXPECT_EQ(said.out, "0\n");
  EXPECT_NE(said.err.find("what b counted"), std::string::npos) << said.err;
  EXPECT_EQ(ask(world, GetCommand{{"n"}}).err, "");
  EXPECT_EQ(world.fresh_reads, 2U);
}

TEST(AList, HasEveryCounterOnceHoweverManyPagesTheyTake) {
  FakeWorld world(1);
  std::string expected;
  for (int i = 0; i < 2500; ++i) {
    const std::string name = "n" + std::to_string(10'000 + i);
    world.server("a").counted[name] = i % 7;
    expected += name + "\t" + std::to_string(i % 7) + "\n";
  }
  world.server("a").counted["other"] = 1;
  EXPECT_EQ(ask(world, ListCommand{"n"}).out, expected);
  EXPECT_EQ(ask(world, ListCommand{"nobody"}).out, "");
}

TEST(AList, ByValueBeginsWithTheLargestAndEndsAtItsLimit) {
  FakeWorld world(1);
  for (int i = 0; i < 1500; ++i) world.server("a").counted["n" + std::to_string(i)] = i;
  EXPECT_EQ(ask(world, ListCommand{"", ListOrder::by_value_down, 2}, OutputFormat::json).out,
            "{\"name\":\"n1499\",\"value\":1499}\n{\"name\":\"n1498\",\"value\":1498}\n");
  const std::string lines = ask(world, ListCommand{"", ListOrder::by_value_down, 1200}).out;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1200);
}

TEST(AList, ThatBreaksOffSaysThatItIsAPart) {
  FakeWorld world(1);
  for (int i = 0; i < 1500; ++i) world.server("a").counted["n" + std::to_string(i)] = i;
  // The first question goes to the balancer, the second is the first page.
  world.before_each_request = [&world, n = 0]() mutable {
    if (++n > 2) world.server("a").mood = Mood::refuses_connections;
  };
  const Said said = ask(world, ListCommand{});
  EXPECT_FALSE(said.done);
  EXPECT_EQ(std::count(said.out.begin(), said.out.end(), '\n'), 1000);
  EXPECT_TRUE(said.err.ends_with("What was listed is a part.")) << said.err;
}

TEST(AList, OnATerminalCannotMoveTheCursorAndInAPipeIsExact) {
  FakeWorld world(1);
  world.server("a").counted["\x1b[2J\xe2\x80\xae"] = 1;
  EXPECT_EQ(ask(world, ListCommand{}, OutputFormat::text, true).out, " [2J \t1\n");
  EXPECT_EQ(ask(world, ListCommand{}).out, "\x1b[2J\xe2\x80\xae\t1\n");
}

}  // namespace
}  // namespace tally
