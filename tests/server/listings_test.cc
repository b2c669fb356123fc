// Listings, beside what goes on meanwhile: they stand still before every slice until a test lets them go on.
#include "server/listings.h"

#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http_client.h"
#include "net/listener.h"
#include "server/serving_loop.h"
#include "tests/e2e/http.h"
#include "tests/e2e/shares.h"

namespace tally {
namespace {

using e2e::Http;
using std::chrono::seconds;
using testing::HasSubstr;

class Gate {
 public:
  // By whoever is to be held up.
  void pass() {
    std::unique_lock lock(mutex_);
    reached_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_until_reached() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return reached_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void shut() {
    const std::lock_guard lock(mutex_);
    open_ = reached_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool reached_ = false;
  bool open_ = false;
};

// All that a counting server has for its clients, on one loop.
class ListingsTest : public testing::Test {
 protected:
  ListingsTest() {
    status_.state = ServerState::ready;
    auto acceptors = net::listen({"127.0.0.1", 0}, loops_).value();
    url_ = {"127.0.0.1", net::local_endpoint(acceptors.front()).port};
    serving_ =
        std::make_unique<ServingLoop>(loops_[0], std::move(acceptors.front()), std::nullopt,
                                      ServingLoop::Shared{options_, access_, counting_, *listings_, replica_,
                                                          status_, freshness_, policy_, load_, resp_});
    threads_ = std::make_unique<net::LoopThreads>(loops_);
  }
  ~ListingsTest() override {
    gate_.open();
    threads_.reset();
  }

  std::future<net::ClientResponse> ask(const std::string& target) {
    return std::async(std::launch::async, [this, target] { return Http().get(url_, target); });
  }

  // Every time that the listing is about to go on there is more to look at: it ends if it is told to.
  void expect_given_up_at_the_end(const std::string& target);

  Gate gate_;
  boost::asio::io_context cluster_{1};
  ServerOptions options_{.id = e2e::server_id("a"), .listen = {"127.0.0.1", 0}};
  net::Loops loops_{1};
  ServerStatus status_;
  Freshness freshness_{seconds(1)};
  Counting counting_{4, 1};
  std::function<void()> behind_gate_ = [] {};
  std::optional<Listings> listings_{std::in_place, counting_, [this] {
                                      gate_.pass();
                                      behind_gate_();
                                    }};
  net::ServerLoad load_;
  RespStatus resp_{.run = StreamId{1, 1}};
  ServerMetrics metrics_{counting_, status_, load_, resp_};
  Access access_;
  ReplicaShell replica_{cluster_, access_,    Member{options_.id, StreamId{1, 1}, "http://a"},
                        {},       counting_,  nullptr,
                        status_,  freshness_, metrics_,
                        {}};
  const AddPolicy policy_{status_, false, Ack{}};
  net::Url url_;
  Http http_;
  std::unique_ptr<ServingLoop> serving_;
  std::unique_ptr<net::LoopThreads> threads_;
};

TEST_F(ListingsTest, OfManyCountersHoldUpNoAddAndNoReadOfTheirLoop) {
  for (const char* target : {"/v1/counters", "/v1/counters?order=-value&prefix=a"}) {
    gate_.shut();
    ASSERT_EQ(http_.add(url_, "a"), 200U);
    auto page = ask(target);
    gate_.wait_until_reached();
    EXPECT_EQ(http_.add(url_, "a"), 200U);
    EXPECT_EQ(http_.add(url_, "meanwhile"), 200U);
    EXPECT_TRUE(http_.value(url_, "a"));
    gate_.open();
    const net::ClientResponse answer = page.get();
    EXPECT_EQ(answer.status, 200U);
    EXPECT_THAT(answer.body, HasSubstr(R"({"name":"a","value":)"));
  }
}

TEST_F(ListingsTest, ContainWhatItsOwnClientHasJustCounted) {
  gate_.open();
  for (int i = 0; i < 100; ++i) {
    const std::string name = "counter-" + std::to_string(i);
    ASSERT_EQ(http_.add(url_, name), 200U);
    EXPECT_EQ(http_.get(url_, "/v1/counters?prefix=" + name + "&limit=1").body,
              R"({"counters":[{"name":")" + name + R"(","value":1}],"next":null})");
  }
}

TEST_F(ListingsTest, BeyondThoseThatMayWaitAreRefusedAtOnceAndTheRestIsAnswered) {
  boost::asio::io_context loop;
  net::HttpClient client(loop, {.answer_timeout = seconds(30)});
  std::size_t served = 0;
  std::size_t refused = 0;
  std::string why;
  for (std::size_t i = 0; i < Listings::kMost + 3; ++i) {
    client.send({.method = "GET", .server = url_, .target = "/v1/counters"},
                [&](Result<net::ClientResponse> answer) {
                  ASSERT_TRUE(answer);
                  if (answer->status == 503) {
                    ++refused;
                    why = answer->body;
                    EXPECT_EQ(answer->retry_after, "1");
                    if (refused == 3) gate_.open();
                  } else {
                    EXPECT_EQ(answer->status, 200U);
                    ++served;
                  }
                });
  }
  loop.run();
  EXPECT_EQ(refused, 3U);
  EXPECT_EQ(served, Listings::kMost);
  EXPECT_THAT(why, HasSubstr("64, are waiting already: ask again in a second."));
  EXPECT_EQ(http_.get(url_, "/v1/counters").status, 200U) << "there is room again";
}

void ListingsTest::expect_given_up_at_the_end(const std::string& target) {
  constexpr std::size_t kMany = 1'000'000;
  constexpr std::size_t kMore = 5000;
  std::size_t made = 0;
  behind_gate_ = [&] {
    CountingThread thread(counting_);
    for (std::size_t i = 0; made < kMany && i < kMore; ++i) {
      thread.find_or_insert("more-" + std::to_string(made++));
    }
  };
  ASSERT_EQ(http_.add(url_, "a"), 200U);
  boost::asio::io_context loop;
  net::HttpClient client(loop, {.answer_timeout = seconds(60)});
  std::size_t closed = 0;
  for (std::size_t i = 0; i < Listings::kMost + 1; ++i) {
    client.send({.method = "GET", .server = url_, .target = target}, [&](Result<net::ClientResponse> answer) {
      if (!answer) {
        ++closed;
        return;
      }
      EXPECT_EQ(answer->status, 503U) << "all others are under way, or wait";
      gate_.wait_until_reached();
      gate_.open();
      listings_.reset();
    });
  }
  loop.run();
  EXPECT_EQ(closed, Listings::kMost);
  EXPECT_LT(made, kMany);
}

TEST_F(ListingsTest, AreGivenUpAtTheEndWhileNamesAreSorted) { expect_given_up_at_the_end("/v1/counters"); }

TEST_F(ListingsTest, AreGivenUpAtTheEndBetweenSlices) {
  expect_given_up_at_the_end("/v1/counters?order=-value");
}

TEST_F(ListingsTest, ThatCannotBeUnderstoodWaitForNobody) {
  auto page = ask("/v1/counters");
  gate_.wait_until_reached();
  EXPECT_EQ(http_.get(url_, "/v1/counters?limit=0").status, 422U);
  gate_.open();
  EXPECT_EQ(page.get().status, 200U);
}

}  // namespace
}  // namespace tally
