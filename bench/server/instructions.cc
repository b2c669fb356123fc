// Adds, so many of one kind, for an instruction counter to watch (bench/instructions.sh): instructions KIND
// TIMES. What is counted is LoopTalk::turn(), which is all that a server's loop does for them but for the
// kernel's part, and measured() where there is no loop.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/check.h"
#include "tests/server/loop_talk.h"

namespace tally {

// In no anonymous namespace: its name is looked for.
[[gnu::noinline]] void measured(CountingThread& thread, Counter& counter, std::uint64_t times);
[[gnu::noinline]] void measured(CountingThread& thread, std::string_view name, std::uint64_t times);

void measured(CountingThread& thread, Counter& counter, std::uint64_t times) {
  for (std::uint64_t i = 0; i < times; ++i) TALLY_CHECK(thread.add(counter, 1).has_value());
}

void measured(CountingThread& thread, std::string_view name, std::uint64_t times) {
  for (std::uint64_t i = 0; i < times; ++i) TALLY_CHECK(thread.add(name, 1).has_value());
}

namespace {

std::string name(int i) { return "key:" + std::to_string(10'000'000 + i); }

std::string posts(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += "POST /v1/counters/" + name(i) + " HTTP/1.1\r\nHost: 127.0.0.1:7071\r\n\r\n";
  }
  return text;
}

std::string incrs(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "*2\r\n$4\r\nINCR\r\n$12\r\n" + name(i) + "\r\n";
  return text;
}

std::string batch(int count) {
  std::string body;
  for (int i = 0; i < count; ++i)
    body += (i == 0 ? "[" : ",") + (R"({"name":")" + name(i)) + R"(","delta":1})";
  body += "]";
  return "POST /v1/counters HTTP/1.1\r\nHost: 127.0.0.1:7071\r\nContent-Type: "
         "application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

bool run(std::string_view kind, std::uint64_t times) {
  LoopTalk talk;
  const auto http = [&](const std::string& text, std::size_t answers) {
    for (std::uint64_t i = 0; i < times; ++i) talk.say_http(text, answers);
    return true;
  };
  const auto resp = [&](const std::string& text, std::size_t answers) {
    for (std::uint64_t i = 0; i < times; ++i) talk.say_resp(text, answers);
    return true;
  };
  if (kind == "http") return http(posts(1), 1);
  if (kind == "http-16") return http(posts(16), 16);
  if (kind == "http-batch-1000") return http(batch(1000), 1);
  if (kind == "resp") return resp(incrs(1), 1);
  if (kind == "resp-64") return resp(incrs(64), 64);
  if (kind == "add-by-name") return measured(talk.thread(), name(0), times), true;
  if (kind == "add") return measured(talk.thread(), *talk.thread().find_or_insert(name(0)), times), true;
  return false;
}

}  // namespace
}  // namespace tally

int main(int argc, char** argv) {
  if (argc == 3 && tally::run(argv[1], std::strtoull(argv[2], nullptr, 10))) return 0;
  std::fputs(
      "instructions: say what and how often: http, http-16, http-batch-1000, resp, resp-64, add-by-name or "
      "add, and a number.\n",
      stderr);
  return 2;
}
