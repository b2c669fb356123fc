// What the hot path must not do: ask for memory.
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

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
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace tally {
namespace {

TEST(RespAllocations, AreNotMadeByAddsToCountersThatExist) {
  RespTalk talk;
  std::string burst;
  for (int i = 0; i < 64; ++i) {
    burst +=
        "*2\r\n$4\r\nINCR\r\n$12\r\nkey:00000001\r\n*3\r\n$6\r\nDECRBY\r\n$31\r\na name of more than a few "
        "bytes\r\n$2\r\n-7\r\n";
  }
  std::string out;
  const auto take = [&](std::string_view bytes) {
    out.clear();
    talk.take(bytes, out);
  };
  const auto in_two = [&](std::size_t cut) {
    take(std::string_view(burst).substr(0, cut));
    take(std::string_view(burst).substr(cut));
  };
  in_two(1000);  // the names, and what is kept for the next time
  const std::size_t before = allocations;
  for (std::size_t cut = 900; cut < 1000; ++cut) in_two(cut);
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(talk.thread.value("key:00000001"), 64 * 101);
}

}  // namespace
}  // namespace tally
