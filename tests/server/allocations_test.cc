// What the hot path must not do: ask for memory.
#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>

#include "tests/edge/token_file.h"
#include "tests/server/loop_talk.h"
#include "tests/server/resp_talk.h"

namespace {
std::size_t allocations = 0;  // of this program, which has one thread
}

// Not inlined: g++ would take one of a pair for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace tally {
namespace {

// How often memory is asked for when `what` is done a hundred times. Some times before that, for buffers to
// grow; and in the round with the fewest, since a clock's tick may fall into one.
template <class What>
std::size_t allocations_of_a_hundred(What what) {
  std::size_t fewest = ~std::size_t{0};
  for (int round = 0; round < 10; ++round) {
    const std::size_t before = allocations;
    for (int i = 0; i < 100; ++i) what();
    fewest = std::min(fewest, allocations - before);
  }
  return fewest;
}

std::string times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

constexpr const char* kName = "page-views-of-a-site-with-a-long-name";
constexpr const char* kPost =
    "POST /v1/counters/page-views-of-a-site-with-a-long-name HTTP/1.1\r\nHost: 127.0.0.1:7071\r\n"
    "User-Agent: a client that says who it is\r\nAccept: */*\r\nContent-Type: application/json\r\n"
    "Content-Length: 11\r\n\r\n{\"delta\":2}";

TEST(Allocations, AreNotMadeByRespAddsToCountersThatExist) {
  RespTalk talk;
  const std::string burst =
      times(64,
            "*2\r\n$4\r\nINCR\r\n$12\r\nkey:00000001\r\n"
            "*3\r\n$6\r\nDECRBY\r\n$31\r\na name of more than a few bytes\r\n$2\r\n-7\r\n");
  std::string out;
  std::size_t cut = 0;
  const auto in_two = [&] {
    out.clear();
    cut = (cut + 1) % 1000;
    talk.take(std::string_view(burst).substr(0, cut), out);
    talk.take(std::string_view(burst).substr(cut), out);
  };
  EXPECT_EQ(allocations_of_a_hundred(in_two), 0U);
  EXPECT_EQ(talk.thread.value("key:00000001"), 64 * 1000);
}

TEST(Allocations, AreNotMadeByRespAddsOnTheirWayThroughTheLoop) {
  LoopTalk talk;
  const std::string one = "*2\r\n$4\r\nINCR\r\n$12\r\nkey:00000001\r\n";
  const std::string many = times(64, one);
  EXPECT_EQ(allocations_of_a_hundred([&] { talk.say_resp(one, 1); }), 0U);
  EXPECT_EQ(allocations_of_a_hundred([&] { talk.say_resp(many, 64); }), 0U);
  EXPECT_EQ(talk.thread().value("key:00000001"), 65 * 1000);
}

TEST(Allocations, AreNotMadeByHttpAdds) {
  LoopTalk talk;
  const std::string one = kPost;
  const std::string many = times(16, kPost);
  EXPECT_EQ(allocations_of_a_hundred([&] { talk.say_http(one, 1); }), 0U);
  EXPECT_EQ(allocations_of_a_hundred([&] { talk.say_http(many, 16); }), 0U);
  EXPECT_EQ(talk.thread().value(kName), 2 * 17 * 1000);
}

TEST(Allocations, AreNotMadeByHttpAddsThatComeInPieces) {
  LoopTalk talk;
  const std::string_view one = kPost;
  for (const std::size_t cut : {std::size_t{7}, std::size_t{100}, one.size() - 3}) {
    EXPECT_EQ(allocations_of_a_hundred([&] {
                talk.begin_http(one.substr(0, cut));
                talk.say_http(one.substr(cut), 1);
              }),
              0U)
        << cut;
  }
}

TEST(Allocations, AreNotMadeForATokenThatTheConnectionHasShownBefore) {
  TokenFile file;
  const std::string token = "tally_" + std::string(64, 'a');
  file.write(TokenFile::line("web", "write", token));
  LoopTalk talk({}, Access::open(file.files()).value());
  std::string one = kPost;
  one.insert(one.find("Accept:"), "Authorization: Bearer " + token + "\r\n");
  EXPECT_EQ(allocations_of_a_hundred([&] { talk.say_http(one, 1); }), 0U);
  talk.say_resp("AUTH " + token + "\r\n", 1);
  const std::string incr = "*2\r\n$4\r\nINCR\r\n$12\r\nkey:00000001\r\n";
  EXPECT_EQ(allocations_of_a_hundred([&] { talk.say_resp(incr, 1); }), 0U);
  EXPECT_EQ(talk.thread().value(kName), 2 * 1000);
}

TEST(Allocations, AreMadeByAnswersThatAreHeldForACommitAndNotForAnAdd) {
  LoopTalk talk({Ack::Holder::disk});
  Int128 counted = 0;
  const auto held = [&](std::size_t adds) {
    const std::string burst = times(static_cast<int>(adds), kPost);
    return allocations_of_a_hundred([&] {
      counted += 2 * Int128{adds};
      talk.begin_http(burst);
      while (talk.thread().value(kName) != counted) talk.turn();
      talk.let_go();
      talk.say_http({}, adds);
    });
  };
  const std::size_t of_one = held(1);
  EXPECT_EQ(held(16), of_one);
}

// Before batches are shut out.
TEST(Allocations, AreOneForASealAsLargeAsTheOneBefore) {
  constexpr int kCounters = 5000;
  Counting counting{1, 1};
  CountingThread thread(counting);
  const auto count_all = [&] {
    for (int i = 0; i < kCounters; ++i) ASSERT_TRUE(thread.add("counter " + std::to_string(i), 1));
  };
  count_all();
  counting.seal();
  count_all();
  const std::size_t before = allocations;
  const Seal seal = counting.seal();
  EXPECT_EQ(allocations - before, 1U);
  EXPECT_EQ(seal.changed.size(), std::size_t{kCounters});
}

}  // namespace
}  // namespace tally
