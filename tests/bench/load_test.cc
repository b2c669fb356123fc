// What the generator says of servers that do not do what they were asked: each is a thread here, with one
// connection.
#include "bench/load/load.h"

#include <functional>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "client/file_descriptor.h"

namespace tally::load {
namespace {

using std::chrono::milliseconds;
using std::string_literals::operator""s;

constexpr std::size_t kRequestBytes = sizeof("*2\r\n$4\r\nINCR\r\n$16\r\nkey:000000000000\r\n") - 1;
constexpr Duration kPatient =
    std::chrono::seconds(100);  // on a busy machine the generator is late, and may be

// Answers every piece of what its one client says, until either hangs up.
class Server {
 public:
  // What to say to so many more requests, when it hears the nth piece of them; "bye": hang up.
  using Answer = std::function<std::string(int nth, std::size_t requests)>;

  explicit Server(Answer answer) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(listener_.get(), any, length), 0);
    EXPECT_EQ(listen(listener_.get(), 1), 0);
    EXPECT_EQ(getsockname(listener_.get(), any, &length), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, answer = std::move(answer)] {
      const FileDescriptor client(accept(listener_.get(), nullptr, nullptr));
      char buffer[4096];
      std::size_t bytes = 0;  // of a request whose end is still to come
      for (int nth = 0;; ++nth) {
        const ssize_t heard = recv(client.get(), buffer, sizeof buffer, 0);
        if (heard <= 0) return;
        bytes += static_cast<std::size_t>(heard);
        const std::string said = answer(nth, bytes / kRequestBytes);
        bytes %= kRequestBytes;
        if (said == "bye") return;
        (void)send(client.get(), said.data(), said.size(), MSG_NOSIGNAL);
      }
    });
  }
  ~Server() { thread_.join(); }

  Load load() const {
    return {.protocol = find_protocol("resp-incr"),
            .server = "127.0.0.1:" + std::to_string(port_),
            .connections = 1,
            .warm_up = milliseconds(1),
            .measured = milliseconds(20)};
  }

 private:
  FileDescriptor listener_;
  int port_ = 0;
  std::thread thread_;
};

std::string ones(std::size_t replies) {
  std::string text;
  while (replies-- > 0) text += ":1\r\n";
  return text;
}

std::string what_is_said_of(const Server::Answer& answer) {
  const Server server(answer);
  Load load = server.load();
  load.measured = kPatient;  // the error ends it long before
  const Result<Throughput> result = saturate(load, 4);
  return result ? "nothing" : result.error().detail;
}

TEST(Load, CountsTheRepliesOfAServerThatDoesWhatItIsAsked) {
  std::uint64_t asked = 0;
  std::uint64_t answered = 0;
  {
    const Server server([&](int, std::size_t requests) {
      asked += requests;
      return ones(requests);
    });
    const Result<Throughput> result = saturate(server.load(), 4);
    ASSERT_TRUE(result) << result.error().detail;
    EXPECT_LE(result->requests, result->all_requests);
    EXPECT_GE(result->took, milliseconds(20));
    answered = result->all_requests;
  }
  EXPECT_GT(answered, 0U);
  EXPECT_EQ(answered, asked);
}

TEST(Load, EndsAtTheFirstErrorAndShowsIt) {
  const std::string said =
      what_is_said_of([](int nth, std::size_t) { return nth < 10 ? ones(4) : ":1\r\n-ERR tired\r\n"s; });
  EXPECT_NE(said.find("-ERR tired"), std::string::npos) << said;
}

TEST(Load, EndsAtOneReplyTooMany) {
  const std::string said = what_is_said_of([](int nth, std::size_t) { return ones(nth < 10 ? 4 : 5); });
  EXPECT_NE(said.find("more than the 4 replies"), std::string::npos) << said;
}

TEST(Load, EndsAtHalfAReplyTooMany) {
  const std::string said = what_is_said_of([](int, std::size_t) { return ones(4) + ":"; });
  EXPECT_NE(said.find("more than the 4 replies"), std::string::npos) << said;
}

TEST(Load, EndsWhenTheServerHangsUp) {
  const std::string said = what_is_said_of([](int nth, std::size_t) { return nth < 10 ? ones(4) : "bye"s; });
  EXPECT_NE(said.find("the server closed a connection with 4 requests in flight"), std::string::npos) << said;
}

// 250 requests at 1,000/s, of which it answers the first 100 when it has them all: the first is 99 ms late by
// then, and one in five of all more than 40 ms.
TEST(Load, AtAFixedRateGoesOnSendingAndCountsTheWaitOfEveryRequestThatWasDue) {
  std::uint64_t asked = 0;
  {
    const Server server([&asked](int, std::size_t requests) {
      const std::uint64_t before = asked;
      asked += requests;
      if (asked < 100) return std::string();
      return ones(before < 100 ? asked : asked - before);
    });
    Load load = server.load();
    load.measured = milliseconds(249);
    const Result<Latency> result = load_at_rate(load, 1000, kPatient);
    ASSERT_TRUE(result) << result.error().detail;
    EXPECT_EQ(result->latency.count(), 249U);
    EXPECT_EQ(result->all_requests, 250U);
    EXPECT_GE(result->latency.max(), milliseconds(98));
    EXPECT_GE(result->latency.quantile(800), milliseconds(40));
  }
  EXPECT_EQ(asked, 250U);
}

// So many requests a second nobody sends; what that adds to their latency is not left out.
TEST(Load, AtAFixedRateCountsLatencyFromWhenARequestWasMeantToLeave) {
  const Server server([](int, std::size_t requests) { return ones(requests); });
  Load load = server.load();
  load.measured = milliseconds(2);
  const Result<Latency> result = load_at_rate(load, 10'000'000, kPatient);
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->latency.count(), 20'000U);
  EXPECT_GT(result->lateness.quantile(990), milliseconds(1));
  EXPECT_GE(result->latency.quantile(990), result->lateness.quantile(990));
}

TEST(Load, AtARateThatItCannotSendSaysSo) {
  const Server server([](int, std::size_t requests) { return ones(requests); });
  const Result<Latency> result = load_at_rate(server.load(), 10'000'000, milliseconds(1));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::too_slow);
  EXPECT_NE(result.error().detail.find("cannot send 10000000 requests/s"), std::string::npos)
      << result.error().detail;
}

TEST(Load, OfNoServerSaysWhatIsMissing) {
  Load load{.protocol = find_protocol("resp-incr"), .server = "nowhere"};
  EXPECT_EQ(saturate(load, 1).error().code, Errc::invalid);
  load.server = "127.0.0.1:1";
  EXPECT_EQ(saturate(load, 1).error().detail, "cannot connect to 127.0.0.1:1: Connection refused");
}

}  // namespace
}  // namespace tally::load
