// What arrives at POST /v1/shares: taken, or refused whole.
#include <deque>
#include <future>
#include <limits>

#include <gtest/gtest.h>
#include <poll.h>

#include "tests/net/support.h"
#include "tests/server/running_server.h"

namespace tally {
namespace {

class ShareArrives : public testing::Test {
 protected:
  ShareArrives() {
    EXPECT_TRUE(eventually([this] { return server_.ready(); }));
    EXPECT_EQ(http_.add(server_.url(), "hits", 1), 200U);
    EXPECT_EQ(post(body(0, 3, {{"hits", 10, Sequence{2}}, {"other", 5, Sequence{3}}})), 200U);
    expect_unchanged();
  }

  std::string body(std::uint64_t after, std::uint64_t through, const std::vector<NamedEntry>& entries) {
    return shares_.body(peer_, {peer_.run, peer_.id, Sequence{after}, Sequence{through}}, entries);
  }

  unsigned post(const std::string& share) {
    answer_ = http_.post(server_.url(), "/v1/shares", share, "application/x-protobuf");
    return answer_.status;
  }

  void expect_unchanged() {
    EXPECT_EQ(http_.value(server_.url(), "hits"), 11);
    EXPECT_EQ(http_.counters(server_.url()), (std::map<std::string, Int128>{{"hits", 11}, {"other", 5}}));
    EXPECT_EQ(mark(), 3U);
  }

  // How far the server knows the peer's stream.
  std::uint64_t mark() {
    const auto marks = boost::json::parse(http_.get(server_.url(), "/v1/marks").body);
    for (const auto& mark : marks.at("marks").as_array()) {
      if (mark.at("stream").as_string() == std::string_view(peer_.run.text())) {
        return mark.at("received").to_number<std::uint64_t>();
      }
    }
    return 0;
  }

  Http http_;
  e2e::ShareWriter shares_;
  const Member peer_{server_id("p"), {7, 7}, "http://127.0.0.1:1"};
  RunningServer server_{options_of("a")};
  net::ClientResponse answer_;
};

TEST_F(ShareArrives, AndCountsOnceHoweverOftenItComes) {
  const std::string next = body(3, 4, {{"hits", 12, Sequence{4}}});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(post(next), 200U);
    EXPECT_EQ(http_.value(server_.url(), "hits"), 13);
    EXPECT_EQ(mark(), 4U);
  }
  EXPECT_EQ(post(body(0, 3, {{"hits", 10, Sequence{2}}, {"other", 5, Sequence{3}}})), 200U) << "an old one";
  EXPECT_EQ(http_.value(server_.url(), "hits"), 13);
}

TEST_F(ShareArrives, AfterAGapAndChangesNothingButTellsTheMark) {
  EXPECT_EQ(post(body(5, 6, {{"hits", 99, Sequence{6}}})), 200U);
  const auto marks = decode_marks(answer_.body);
  ASSERT_TRUE(marks);
  EXPECT_EQ(marks->sender.id, server_id("a"));
  bool told = false;
  for (const Mark& mark : marks->marks)
    told = told || (mark.stream == peer_.run && mark.received == Sequence{3});
  EXPECT_TRUE(told);
  expect_unchanged();
}

TEST_F(ShareArrives, CutShortAndIsRefusedWhole) {
  const std::string whole = body(3, 4, {{"hits", 12, Sequence{4}}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(post(whole.substr(0, size)), 400U) << size;
    EXPECT_EQ(answer_.content_type, "application/problem+json");
  }
  EXPECT_EQ(post(whole + "x"), 400U);
  expect_unchanged();
}

TEST_F(ShareArrives, WithAFlippedBitAndIsRefusedWhole) {
  const std::string whole = body(3, 4, {{"hits", 12, Sequence{4}}});
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(static_cast<unsigned char>(flipped[bit / 8]) ^ (1U << (bit % 8)));
    EXPECT_EQ(post(flipped), 400U) << bit;
  }
  expect_unchanged();
}

TEST_F(ShareArrives, ThatNoHonestServerSendsAndIsRefused) {
  const std::int64_t absurd = std::numeric_limits<std::int64_t>::max();
  const StreamId own = server_.self().run;
  const struct {
    const char* what;
    std::string body;
  } rows[] = {
      {"more of the receiver's own open stream",
       shares_.body(peer_, {own, server_id("a"), Sequence{0}, Sequence{1'000'000}},
                    {{"hits", absurd, Sequence{9}}})},
      {"a stream under another server's id",
       shares_.body(peer_, {peer_.run, server_id("q"), Sequence{3}, Sequence{4}},
                    {{"hits", 12, Sequence{4}}})},
      {"other content at a known sequence", body(0, 3, {{"hits", 11, Sequence{2}}})},
      {"a counter at a known sequence that had none", body(0, 4, {{"more", 11, Sequence{1}}})},
      {"a counter named twice", body(3, 5, {{"hits", 12, Sequence{4}}, {"hits", 13, Sequence{5}}})},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(post(row.body), 403U) << row.what << answer_.body;
    EXPECT_EQ(answer_.content_type, "application/problem+json");
    expect_unchanged();
  }
}

TEST_F(ShareArrives, WithNumbersThatBreakTheProtocolAndIsRefused) {
  const std::string rows[] = {
      body(4, 3, {}),
      body(3, 4, {{"hits", 12, Sequence{3}}}),
      body(3, 4, {{"hits", 12, Sequence{5}}}),
      body(3, 5, {{"hits", 12, Sequence{5}}, {"other", 12, Sequence{4}}}),
  };
  for (const std::string& row : rows) EXPECT_EQ(post(row), 400U) << answer_.body;
  expect_unchanged();
}

TEST_F(ShareArrives, WithTotalsFarBeyondWhatFitsAndIsExact) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(post(body(3, 4, {{"hits", most, Sequence{4}}})), 200U);
  EXPECT_EQ(http_.value(server_.url(), "hits"), Int128{most} + 1);
  const Member other{server_id("r"), {8, 8}, "http://127.0.0.1:1"};
  EXPECT_EQ(post(shares_.body(other, {other.run, other.id, Sequence{0}, Sequence{1}},
                              {{"hits", most, Sequence{1}}})),
            200U);
  EXPECT_EQ(http_.value(server_.url(), "hits"), 2 * Int128{most} + 1);
  EXPECT_EQ(http_.add(server_.url(), "hits", 1), 409U);
}

TEST_F(ShareArrives, AndIsRefusedWhileTooManyWait) {
  constexpr std::size_t kBytes = std::size_t{1} << 20;
  const std::string header =
      "POST /v1/shares HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\n"
      "Content-Length: " +
      std::to_string(kBytes) + "\r\n\r\n";
  std::promise<void> go_on;
  server_.on_cluster([wait = go_on.get_future().share()] { wait.wait(); });
  std::deque<net::RawClient> clients;
  for (std::size_t i = 0; i <= ReplicaShell::kWaitingBytes / kBytes; ++i) {
    clients.emplace_back(server_.url().port);
    ASSERT_TRUE(clients.back().send(header + std::string(kBytes, 'x')));
  }
  // Of all of them one is over the limit, and answered though the cluster's loop stands.
  std::vector<pollfd> answers;
  for (const net::RawClient& client : clients) answers.push_back({client.native(), POLLIN, 0});
  EXPECT_EQ(poll(answers.data(), answers.size(), 20'000), 1);
  go_on.set_value();
  std::map<unsigned, int> statuses;
  for (net::RawClient& client : clients) ++statuses[client.read_answer().status];
  EXPECT_EQ(statuses, (std::map<unsigned, int>{{400, 64}, {503, 1}}));
  EXPECT_EQ(post(body(3, 4, {{"hits", 12, Sequence{4}}})), 200U) << "there is room again";
}

}  // namespace
}  // namespace tally
