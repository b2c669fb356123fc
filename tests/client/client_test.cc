// <tally/client.h> before a world of servers that do as a test says.
#include <limits>
#include <new>

#include <gtest/gtest.h>
#include <tally/client.h>

#include "client/client_impl.h"
#include "tests/client/fake_world.h"

namespace tally {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

Client client_of(std::function<std::unique_ptr<Transport>()> transport) {
  return Client(std::make_unique<Client::Impl>(
      ClientOptions{.balancers = {{"127.0.0.1", 7070}}, .client_id = "me@here"}, std::move(transport)));
}

Client client_of(FakeWorld& world) {
  return client_of([&world] { return world.transport(); });
}

TEST(Value, SaysAllItsDigits) {
  EXPECT_EQ(Value().to_string(), "0");
  EXPECT_EQ(Value(-7).to_string(), "-7");
  EXPECT_EQ(Value(kLeast).to_string(), "-9223372036854775808");
  EXPECT_EQ(Value(1, 0).to_string(), "18446744073709551616");
  EXPECT_EQ(Value(kMost, ~std::uint64_t{0}).to_string(), "170141183460469231731687303715884105727");
  EXPECT_EQ(Value(kLeast, 0).to_string(), "-170141183460469231731687303715884105728");
}

TEST(Value, IsAnInt64WhereOneHoldsIt) {
  for (const std::int64_t value : {kLeast, std::int64_t{-1}, std::int64_t{0}, kMost}) {
    EXPECT_EQ(Value(value).as_int64(), value);
  }
  EXPECT_EQ(Value(0, std::uint64_t{1} << 63).as_int64(), std::nullopt) << "2^63";
  EXPECT_EQ(Value(-1, (std::uint64_t{1} << 63) - 1).as_int64(), std::nullopt) << "-2^63 - 1";
}

TEST(Value, IsOrderedAsANumber) {
  const std::vector<Value> rising{Value(kLeast, 0), Value(kLeast), Value(-1),
                                  Value(),          Value(kMost),  Value(0, ~std::uint64_t{0}),
                                  Value(1, 0)};
  for (std::size_t i = 0; i < rising.size(); ++i) {
    for (std::size_t j = 0; j < rising.size(); ++j) {
      EXPECT_EQ(rising[i] < rising[j], i < j);
      EXPECT_EQ(rising[i] >= rising[j], i >= j);
      EXPECT_EQ(rising[i] == rising[j], i == j);
    }
  }
}

TEST(Value, IsTheSumThatServersTake) {
  for (const Value value : {Value(-1), Value(1, 5), Value(kLeast, 0)}) {
    const Int128 sum = (static_cast<Int128>(value.high()) << 64) | static_cast<Int128>(value.low());
    EXPECT_EQ(value_of(sum), value);
  }
}

TEST(PublicClient, AddsReadsAndLists) {
  FakeWorld world(2);
  Client client = client_of(world);
  EXPECT_EQ(client.add("x", 5)->value, Value(5));
  EXPECT_EQ(client.add("x")->value, Value(6));
  EXPECT_EQ(client.get("x")->value, Value(6));
  EXPECT_EQ(client.get("nobody touched this")->value, Value());
  EXPECT_EQ(client.add_all({{"z", 1}, {"a", -2}, {"x"}})->values,
            (std::vector<Value>{Value(1), Value(-2), Value(7)}));
  const auto largest = client.list({"", Client::Order::by_value_down, 2, {}});
  ASSERT_EQ(largest->counters.size(), 2U);
  EXPECT_EQ(largest->counters[0].name, "x");
  EXPECT_EQ(largest->counters[1].value, Value(1));
  const auto rest = client.list({"", Client::Order::by_value_down, 2, largest->next});
  ASSERT_EQ(rest->counters.size(), 1U);
  EXPECT_EQ(rest->counters[0].name, "a");
  EXPECT_FALSE(rest->next);
}

TEST(PublicClient, TellsWhomAReadingLacks) {
  FakeWorld world(1);
  world.missing = {ServerId::parse("b").value()};
  Client client = client_of(world);
  const auto reading = client.get("x");
  EXPECT_FALSE(reading->complete);
  EXPECT_FALSE(reading->staleness) << "unbounded";
  EXPECT_EQ(reading->missing, std::vector<std::string>{"b"});
  EXPECT_EQ(world.fresh_reads, 0U);
  ASSERT_TRUE(client.get_fresh("x"));
  EXPECT_EQ(world.fresh_reads, 1U);
}

// In front of a FakeWorld: takes down what is asked, and throws if told to.
class Listening final : public Transport {
 public:
  struct Notes {
    std::vector<std::string> targets{};
    std::size_t transports = 0;  // that were made
    bool throws = false;
  };
  Listening(FakeWorld& world, Notes& notes) : world_(world), notes_(notes) { ++notes_.transports; }

  Result<net::ClientResponse> send(const net::ClientRequest& request) override {
    notes_.targets.push_back(request.target);
    if (notes_.throws) throw std::bad_alloc();
    return world_.answer(request);
  }
  Instant now() override { return world_.now; }
  void pause(Duration duration) override { world_.now += duration; }

 private:
  FakeWorld& world_;
  Notes& notes_;
};

class ListenedClient : public testing::Test {
 protected:
  FakeWorld world_{1};
  Listening::Notes notes_;
  Client client_ = client_of([this] { return std::make_unique<Listening>(world_, notes_); });
};

TEST_F(ListenedClient, AsksForTheAckThatItIsTold) {
  using Ack = Client::Ack;
  EXPECT_EQ(client_.add("x", 1)->ack.holder, Ack::Holder::memory) << "what this world's servers give";
  EXPECT_EQ(notes_.targets.back(), "/v1/counters/x");
  ASSERT_TRUE(client_.add("x", 1, Ack::memory()));
  EXPECT_EQ(notes_.targets.back(), "/v1/counters/x?ack=memory");
  ASSERT_TRUE(client_.add("x", 1, Ack::disk()));
  EXPECT_EQ(notes_.targets.back(), "/v1/counters/x?ack=disk");
  ASSERT_TRUE(client_.add_all({{"x", 1}}, Ack::peers(2)));
  EXPECT_EQ(notes_.targets.back(), "/v1/counters?ack=peers:2");
}

TEST_F(ListenedClient, WhatItThrowsIsAnErrorThatSaysWhetherItCounted) {
  ASSERT_TRUE(client_.add("x"));
  notes_.throws = true;
  EXPECT_EQ(client_.add("x").error().kind, ErrorKind::unknown_outcome);
  EXPECT_EQ(client_.add_all({{"x"}}).error().kind, ErrorKind::unknown_outcome);
  EXPECT_EQ(client_.get("x").error().kind, ErrorKind::other);
  EXPECT_EQ(client_.list({}).error().kind, ErrorKind::other);
  notes_.throws = false;
  EXPECT_EQ(notes_.transports, 4U) << "each began anew, with nothing under way";
  EXPECT_EQ(client_.add("x")->value, Value(2));
  EXPECT_EQ(notes_.transports, 5U);
}

TEST(PublicClient, NothingIsSentWhereItCannotEvenBegin) {
  Client client = client_of([]() -> std::unique_ptr<Transport> { throw std::bad_alloc(); });
  EXPECT_EQ(client.add("x").error().kind, ErrorKind::other);
}

TEST(PublicClient, AnAddWithUnknownOutcomeIsToldAndNeverSentAgain) {
  FakeWorld world(2);
  world.server("a").mood = Mood::counts_and_is_silent;
  Client client = client_of(world);
  EXPECT_EQ(client.add("x").error().kind, ErrorKind::unknown_outcome);
  EXPECT_EQ(world.server("a").adds + world.server("b").adds, 1U);
}

TEST(PublicClient, WhatCannotBeIsInvalidAndIsNotSent) {
  FakeWorld world(1);
  Client client = client_of(world);
  EXPECT_EQ(client.add("").error().kind, ErrorKind::invalid);
  EXPECT_EQ(client.get("\n").error().kind, ErrorKind::invalid);
  EXPECT_EQ(client.add_all({{"x", 1}, {"\xff", 1}}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(client.list({std::string(255, 'x')}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(client.list({"", Client::Order::by_name, 1001, {}}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(world.questions_to_balancers, 0U);
  EXPECT_EQ(world.counted("x"), 0);
}

TEST(PublicClient, SaysWhyItsOptionsCannotBe) {
  const auto refusal = [](const Client::Options& options) {
    const auto client = Client::create(options);
    return client ? "none" : client.error().detail;
  };
  EXPECT_EQ(refusal({}), "none");
  EXPECT_EQ(refusal({.balancers = {}}), "There is no balancer to ask: name one.");
  EXPECT_TRUE(refusal({.balancers = {"127.0.0.1:7070"}}).starts_with("'127.0.0.1:7070' is not an address"));
  EXPECT_TRUE(refusal({.token = "two words"}).starts_with("The token is none"));
  for (const auto never : {std::chrono::milliseconds(0), std::chrono::milliseconds::max()}) {
    EXPECT_TRUE(refusal({.answer_timeout = never}).starts_with("An answer_timeout is 1 ms to an hour"));
  }
  EXPECT_EQ(Client::create({.balancers = {}}).error().kind, ErrorKind::invalid);
}

TEST(PublicClient, WhatWasNotCountedIsNeverCalledUnknown) {
  for (int code = 0; code <= static_cast<int>(Errc::internal); ++code) {
    const bool unknown = kind_of(static_cast<Errc>(code)) == ErrorKind::unknown_outcome;
    EXPECT_EQ(unknown, static_cast<Errc>(code) == Errc::unknown_outcome) << code;
  }
}

TEST(ExpectedDeathTest, TakingWhatIsNotThereEndsTheProcess) {
  const Expected<Value> error(ClientError{ErrorKind::other, "no luck"});
  EXPECT_DEATH(static_cast<void>(*error), "there is an error: no luck");
  const Expected<Value> value(Value(1));
  EXPECT_DEATH(static_cast<void>(value.error()), "there is none");
}

}  // namespace
}  // namespace tally
