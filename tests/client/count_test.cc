#include "client/count.h"

#include <cstdio>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/client/fake_world.h"

namespace tally {
namespace {

// `tally count` of a text that comes from a file.
struct Counting {
  Counting(FakeWorld& world, const std::string& text, const std::string& prefix = "")
      : client(world.client()) {
    std::FILE* const file = std::tmpfile();
    std::fwrite(text.data(), 1, text.size(), file);
    std::rewind(file);
    LineReader input(fileno(file), -1, 255);
    LineCount count(client, input, prefix, err, nullptr);
    exit_status = count.run();
    summary = count.summary();
    std::fclose(file);
  }

  bool said(std::string_view text) const { return err.str().find(text) != std::string::npos; }

  FailoverClient client;
  std::ostringstream err;
  int exit_status = -1;
  std::string summary;
};

TEST(Count, EveryNonEmptyLineAddsOne) {
  FakeWorld world(1);
  const Counting count(world, "apple\npear\r\n\r\n\napple\nno end of line");
  EXPECT_EQ(count.exit_status, 0);
  EXPECT_EQ(count.err.str(), "");
  EXPECT_EQ(count.summary, "4 lines counted by a");
  EXPECT_EQ(world.counted("apple"), 2);
  EXPECT_EQ(world.counted("pear"), 1);
  EXPECT_EQ(world.counted("no end of line"), 1);
  EXPECT_EQ(world.server("a").adds, 1U) << "one request";
}

TEST(Count, NothingIsCountedOfNothing) {
  FakeWorld world(1);
  const Counting count(world, "");
  EXPECT_EQ(count.exit_status, 0);
  EXPECT_EQ(count.summary, "0 lines counted");
  EXPECT_EQ(world.questions_to_balancers, 0U);
}

TEST(Count, ThePrefixStandsBeforeEveryName) {
  FakeWorld world(1);
  const Counting count(world, "x\n\ny\n", "log/");
  EXPECT_EQ(world.counted("log/x"), 1);
  EXPECT_EQ(world.counted("log/y"), 1);
  EXPECT_EQ(world.counted("log/"), 0);
}

TEST(Count, SendsBatchesOfBoundedSize) {
  FakeWorld world(1);
  std::string text;
  for (int i = 0; i < 2500; ++i) text += "name " + std::to_string(i) + "\n";
  for (int i = 0; i < 25'000; ++i) text += "the same\n";
  const Counting count(world, text);
  EXPECT_EQ(count.exit_status, 0);
  EXPECT_EQ(world.counted("name 2499"), 1);
  EXPECT_EQ(world.counted("the same"), 25'000);
  EXPECT_EQ(world.server("a").adds, 5U) << "1000 names, 1000 names, 10000 lines, 10000 lines, the rest";
}

TEST(Count, TheLongestNamesFitIntoOneRequest) {
  std::string text;
  CountBatch batch;
  for (std::uint64_t line = 1; !batch.full(); ++line) {
    std::string name = std::to_string(line);
    name.resize(255, '"');
    batch.add(name, line);
  }
  append_batch(text, batch.deltas());
  EXPECT_LT(text.size(), 1024U * 1024U);
}

TEST(Count, ABadNameIsNamedByItsLineAndNothingOfItsBatchIsCounted) {
  for (const std::string& bad : {std::string("con\ttrol"), std::string(256, 'x'), std::string("\xff"),
                                 std::string("\0", 1), std::string(1'000'000, 'x')}) {
    FakeWorld world(1);
    const Counting count(world, "good\n\n" + bad + "\nafter\n");
    EXPECT_EQ(count.exit_status, 1);
    EXPECT_TRUE(count.said("Line 3, ")) << count.err.str();
    EXPECT_TRUE(count.said("Nothing was counted.")) << count.err.str();
    EXPECT_EQ(count.summary, "0 lines counted");
    EXPECT_EQ(world.counted("good") + world.counted("after"), 0);
    const std::string err = count.err.str();
    EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1) << "one line on stderr";
    EXPECT_LT(err.size(), 500U);
  }
}

TEST(Count, ThePrefixAndTheLineTogetherMustBeAName) {
  FakeWorld world(1);
  const Counting count(world, std::string(255, 'x') + "\n", "p");
  EXPECT_EQ(count.exit_status, 1);
  EXPECT_TRUE(count.said("Line 1, "));
}

TEST(Count, WhatWasCountedBeforeABadNameStaysAndTheRestCanBeCountedByItself) {
  FakeWorld world(1);
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "x\n";
  const Counting count(world, text + "x\n\xff\n");
  EXPECT_EQ(count.exit_status, 1);
  EXPECT_EQ(world.counted("x"), 10'000);
  EXPECT_TRUE(count.said("'tail -n +10001 FILE | tally count'")) << count.err.str();
}

TEST(Count, GoesOnAtAnotherServerWhenItsOwnDies) {
  FakeWorld world(2);
  std::string text;
  for (int i = 0; i < 15'000; ++i) text += "x\n";
  world.before_each_request = [&world] {
    if (world.server("a").adds == 1) world.server("a").mood = Mood::refuses_connections;
  };
  const Counting count(world, text);
  EXPECT_EQ(count.exit_status, 0);
  EXPECT_EQ(count.summary, "15000 lines counted by a (10000), b (5000)");
  EXPECT_EQ(world.counted("x"), 15'000);
}

TEST(Count, ABatchWithUnknownOutcomeIsNamedLeftBehindAndNeverSentAgain) {
  FakeWorld world(2);
  world.server("a").mood = Mood::counts_and_is_silent;
  std::string text = "\n";
  for (int i = 0; i < 10'000; ++i) text += "first\n";
  text += "second\n";
  const Counting count(world, text);
  EXPECT_EQ(count.exit_status, 1);
  EXPECT_TRUE(count.said("Lines 2 to 10001 ")) << count.err.str();
  EXPECT_EQ(world.server("a").adds, 1U);
  EXPECT_EQ(world.server("b").adds, 1U);
  EXPECT_EQ(world.counted("first"), 10'000);
  EXPECT_EQ(world.counted("second"), 1);
  EXPECT_EQ(count.summary, "1 line counted by b");
}

TEST(Count, TheRestIsToBeCountedUnderTheSamePrefix) {
  FakeWorld world(1);
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "x\n";
  const Counting count(world, text + "\a\n", "p/");
  EXPECT_TRUE(count.said("'tail -n +10001 FILE | tally count' and the same --prefix.")) << count.err.str();
}

TEST(Count, WhenNobodyServesItSaysWhereToGoOn) {
  FakeWorld world(1);
  world.server("a").mood = Mood::refuses_connections;
  const Counting count(world, "x\ny\n");
  EXPECT_EQ(count.exit_status, 1);
  EXPECT_TRUE(count.said("connection refused"));
  EXPECT_TRUE(count.said("Nothing was counted."));
}

TEST(ProgressBar, ShowsHowFarItIsAndLeavesNoTrace) {
  std::ostringstream terminal;
  ProgressBar bar(terminal, 200);
  bar.show(100, 7, Instant{});
  EXPECT_EQ(terminal.str(), "\r[####################....................] 50%  7 lines");
  bar.show(150, 9, Instant{} + std::chrono::milliseconds(99));
  EXPECT_EQ(terminal.str().find("75%"), std::string::npos) << "not more often than anybody can read";
  bar.show(300, 9, Instant{} + std::chrono::milliseconds(100));
  EXPECT_NE(terminal.str().find("100%"), std::string::npos) << "a file may grow";
  bar.clear();
  EXPECT_TRUE(terminal.str().ends_with("\r\033[K"));
}

TEST(ProgressBar, WithoutATotalItShowsTheLines) {
  std::ostringstream terminal;
  ProgressBar bar(terminal, 0);
  bar.show(100, 7, Instant{});
  EXPECT_EQ(terminal.str(), "\r7 lines");
}

}  // namespace
}  // namespace tally
