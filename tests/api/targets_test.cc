#include "api/targets.h"

#include <gtest/gtest.h>

#include "api/route.h"
#include "tests/api/random_text.h"

namespace tally {
namespace {

Route route(Program program, Method method, std::string_view target, std::string& scratch) {
  return find_route(program, method, target, scratch).value();
}

TEST(Targets, NameTheCounterThatTheServerFinds) {
  Random random(1);
  std::string scratch;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = random_name(random);
    const Ack ack{Ack::Holder::peers, 1 + static_cast<std::uint32_t>(random.below(9))};
    const std::string target = counter_target(name, ack);
    const Route found = route(Program::counting_server, Method::post, target, scratch);
    EXPECT_EQ(found.action, Action::add);
    EXPECT_EQ(found.subject, name);
    EXPECT_EQ(ack_parameter(found.query).value(), ack);
  }
  EXPECT_EQ(counter_target("page-views"), "/v1/counters/page-views");
  EXPECT_EQ(batch_target(Ack{Ack::Holder::disk}), "/v1/counters?ack=disk");
}

TEST(Targets, AskForWhatLiesAfterAMark) {
  std::string scratch;
  const StreamId stream{7, 8};
  const std::string target = stream_target(stream, Sequence{~std::uint64_t{0}});
  const Route found = route(Program::counting_server, Method::get, target, scratch);
  EXPECT_EQ(found.action, Action::show_stream);
  EXPECT_EQ(StreamId::parse(found.subject).value(), stream);
  EXPECT_EQ(after_parameter(found.query).value(), Sequence{~std::uint64_t{0}});
  EXPECT_EQ(after_parameter("").value(), Sequence{0});
  for (const char* bad :
       {"after=", "after=-1", "after=+1", "after=1.0", "after=18446744073709551616", "after=1&after=1"}) {
    EXPECT_EQ(after_parameter(bad).error().code, Errc::invalid) << bad;
  }
}

TEST(Targets, SayWhatTheAskerKnows) {
  std::string scratch;
  const std::string target = marks_target(5, ~std::uint64_t{0});
  const Route found = route(Program::counting_server, Method::get, target, scratch);
  EXPECT_EQ(found.action, Action::show_marks);
  EXPECT_EQ(digest_parameter(found.query).value(), ~std::uint64_t{0});
  EXPECT_EQ(nonce_parameter(found.query).value(), 5U);
  EXPECT_EQ(marks_target(5, {}), "/v1/marks?nonce=5");
  EXPECT_EQ(digest_parameter("").value(), std::nullopt);
  EXPECT_EQ(nonce_parameter("").value(), 0U);
  for (const char* bad : {"digest=", "digest=-1", "digest=x", "digest=18446744073709551616"}) {
    EXPECT_EQ(digest_parameter(bad).error().code, Errc::invalid) << bad;
  }
}

TEST(Targets, SayThatEverybodyIsToBeAskedFirst) {
  EXPECT_FALSE(fresh_parameter("").value());
  EXPECT_FALSE(fresh_parameter("fresh=false").value());
  EXPECT_TRUE(fresh_parameter("client=me&fresh=true").value());
  for (const char* bad : {"fresh=", "fresh=1", "fresh=TRUE", "fresh=true&fresh=true"}) {
    EXPECT_EQ(fresh_parameter(bad).error().code, Errc::invalid) << bad;
  }
}

TEST(Targets, TellTheBalancerWhoAsks) {
  Random random(2);
  std::string scratch;
  for (int i = 0; i < 100; ++i) {
    const std::string client = random_name(random);
    const std::string target = assignment_target(client);
    const Route found = route(Program::balancer, Method::get, target, scratch);
    EXPECT_EQ(found.action, Action::assign);
    EXPECT_EQ(client_parameter(found.query).value(), client);
  }
  EXPECT_EQ(client_parameter("client=&x").value(), std::nullopt);
  EXPECT_EQ(
      route(Program::balancer, Method::put, server_target(ServerId::parse("eu-1").value()), scratch).subject,
      "eu-1");
}

}  // namespace
}  // namespace tally
