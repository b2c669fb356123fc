// redis-cli, given the same to do with a real Redis and with us, prints the same bytes and exits alike.
#include <algorithm>
#include <cctype>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/clients/servers.h"

namespace tally::e2e {
namespace {

bool is_alphanumeric(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Without the number that follows the word "id", which is each server's own. "8)" in front is redis-cli's.
std::string without_id(std::string text) {
  for (std::size_t at = text.find("id"); at != std::string::npos; at = text.find("id", at + 1)) {
    if (at == 0 || is_alphanumeric(text[at - 1]) || is_alphanumeric(text[at + 2])) continue;
    auto begin = text.begin() + static_cast<std::ptrdiff_t>(at);
    auto end = begin;
    do {
      begin = std::find_if(end, text.end(), is_digit);
      end = std::find_if_not(begin, text.end(), is_digit);
    } while (end != text.end() && *end == ')');
    text.replace(begin, end, "N");
  }
  return text;
}

std::string all_of(const Finished& finished) {
  return finished.out + "---- errors\n" + finished.err + "---- exit " + std::to_string(finished.status) +
         "\n";
}

class RedisCli : public testing::Test {
 protected:
  // What it prints while it talks to us; a failure where it prints anything else while it talks to Redis.
  std::string both(const std::vector<std::string>& arguments, const std::string& input = {}) {
    const std::string theirs = without_id(all_of(cli(redis_.port(), arguments, input)));
    const std::string ours = without_id(all_of(cli(tally_.port(), arguments, input)));
    EXPECT_EQ(ours, theirs) << "redis-cli " << testing::PrintToString(arguments);
    return ours;
  }

  static Finished cli(const std::string& port, const std::vector<std::string>& arguments,
                      const std::string& input = {}) {
    std::vector<std::string> command{"redis-cli", "-h", "127.0.0.1", "-p", port};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command, {.input = input});
  }

  RespServer tally_;
  RedisServer redis_;
};

// Counters, then limits and errors, then what a connection says of itself.
constexpr const char* kScript = R"(incr a
incrby a 10
decr a
decrby a 100
get a
get none
mget a none
exists a none
dbsize
incrby a x
incrby a 9223372036854775808
incrby big 9223372036854775807
incr big
decrby big -9223372036854775808
incr
incr a b
get
mget
foo bar
FOO
"incr" "page views"
get "page views"
incr "\xc3\xa9"
get "\xc3\xa9"
3 incr repeated
ping
ping hello
echo "a\nb"
"unbalanced
select 0
select 1
hello
hello 4
hello 3
get none
mget a none
hello 2
client getname
client setname me
client getname
command count x
scan x
scan 0 count 0
auth x
auth user x
incr a
)";

class RedisCliPrinting : public RedisCli, public testing::WithParamInterface<std::vector<std::string>> {};

TEST_P(RedisCliPrinting, TheSame) {
  const std::string printed = both(GetParam(), kScript);
  EXPECT_NE(printed.find("ERR increment or decrement would overflow"), std::string::npos) << printed;
  EXPECT_NE(printed.find("---- exit 0"), std::string::npos) << printed;
}

INSTANTIATE_TEST_SUITE_P(
    EveryWay, RedisCliPrinting,
    testing::Values(std::vector<std::string>{}, std::vector<std::string>{"--raw"},
                    std::vector<std::string>{"--no-raw"}, std::vector<std::string>{"--csv"},
                    std::vector<std::string>{"--json"}, std::vector<std::string>{"-3"},
                    std::vector<std::string>{"-3", "--raw"}, std::vector<std::string>{"-3", "--no-raw"},
                    std::vector<std::string>{"-3", "--csv"}, std::vector<std::string>{"-3", "--json"}),
    [](const auto& parameter) {
      std::string name = "Plain";
      for (const std::string& word : parameter.param) name += word;
      name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
      return name;
    });

TEST_F(RedisCli, RunsOneCommandWithItsOptionsTheSame) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"incr", "single"},
           {"incrby", "single", "x"},
           {"-e", "incrby", "single", "x"},
           {"-e", "incr"},
           {"-r", "5", "incr", "single"},
           {"-3", "get", "none"},
           {"--no-raw", "get", "none"},
           {"-d", ",", "mget", "single", "none"},
           {"-n", "0", "get", "single"},
           {"-a", "secret", "get", "single"},
           {"--user", "default", "--pass", "secret", "get", "single"},
           {"--user", "me", "--pass", "secret", "get", "single"},
       }) {
    both(arguments);
  }
}

TEST_F(RedisCli, PipesTenThousandAdds) {
  std::string adds;
  for (int i = 0; i < 10'000; ++i) adds += "INCR hits:" + std::to_string(i % 7) + "\r\n";
  const std::string printed = both({"--pipe"}, adds);
  EXPECT_NE(printed.find("errors: 0, replies: 10000"), std::string::npos) << printed;
  for (int i = 0; i < 7; ++i) both({"get", "hits:" + std::to_string(i)});
  EXPECT_EQ(cli(tally_.port(), {"get", "hits:0"}).out, "1429\n");
}

TEST_F(RedisCli, PipesErrorsTheSame) {
  EXPECT_NE(
      both({"--pipe"}, "INCR a\r\nINCR\r\nINCRBY a x\r\nFOO\r\nINCR a\r\n").find("errors: 3, replies: 5"),
      std::string::npos);
  both({"get", "a"});
}

// Redis tells it or not, as the bytes happen to arrive; we always do.
TEST_F(RedisCli, IsToldOfALineThatIsTooLong) {
  for (const std::size_t size : {70'000U, 200'000U}) {
    const Finished pipe = cli(tally_.port(), {"--pipe"}, "INCR a\r\nINCR " + std::string(size, 'x'));
    EXPECT_EQ(pipe.err, "ERR Protocol error: too big inline request\n") << pipe.out;
    EXPECT_EQ(pipe.status, 1);
  }
  EXPECT_EQ(cli(tally_.port(), {"get", "a"}).out, "2\n");
}

TEST_F(RedisCli, ScansTheSameNames) {
  std::string adds;
  for (int i = 0; i < 3000; ++i) adds += "INCR hits:" + std::to_string(i) + "\r\nINCR other\r\n";
  both({"--pipe"}, adds);
  const auto names = [](const std::string& port, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "--scan");
    std::istringstream lines(cli(port, arguments).out);
    std::vector<std::string> all;
    for (std::string line; std::getline(lines, line);) all.push_back(line);
    std::sort(all.begin(), all.end());
    return all;
  };
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {},
           {"--pattern", "hits:*"},
           {"--pattern", "hits:1?"},
           {"--pattern", "hits:[2-3]*7"},
           {"--pattern", "none*"},
           {"-3", "--pattern", "o*"},
       }) {
    EXPECT_EQ(names(tally_.port(), arguments), names(redis_.port(), arguments));
  }
  EXPECT_EQ(names(tally_.port(), {"--pattern", "hits:*"}).size(), 3000U);
}

TEST_F(RedisCli, HelpsWithTheCommandsThatTheServerDescribes) {
  const Finished help = cli(tally_.port(), {"help", "incr"});
  EXPECT_NE(help.out.find("Add 1 to a counter"), std::string::npos) << help.out << help.err;
}

}  // namespace
}  // namespace tally::e2e
