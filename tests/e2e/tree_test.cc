// The collation tree, as the pictures show it: valid after a read; after an update only its path is not;
// valid again after the next read.
#include <functional>
#include <set>

#include "tests/e2e/contract.h"
#include "tests/e2e/shares.h"

namespace tally::e2e {
namespace {

class ATree : public TheContract {
 protected:
  using Nodes = boost::json::value;

  Nodes nodes() { return http().tree(server(), "hits").at("nodes"); }

  static void visit(const Nodes& nodes, const std::function<void(const Nodes&)>& see) {
    for (const auto& node : nodes.as_array()) {
      see(node);
      visit(node.at("children"), see);
    }
  }

  static std::string key(const Nodes& node) { return std::string(node.at("key").as_string()); }

  std::set<std::string> invalid() {
    std::set<std::string> keys;
    visit(nodes(), [&](const Nodes& node) {
      if (!node.at("valid").as_bool()) keys.insert(key(node));
    });
    return keys;
  }

  // The server's node and all above it.
  std::set<std::string> path_to(const std::string& server) {
    std::set<std::string> path;
    visit(nodes(), [&](const Nodes& node) {
      bool holds = key(node) == server;
      visit(node.at("children"), [&](const Nodes& below) { holds = holds || key(below) == server; });
      if (holds) path.insert(key(node));
    });
    return path;
  }

  // Every computed value is what its children and its own value make.
  void expect_exact_sums() {
    visit(nodes(), [](const Nodes& node) {
      auto sum = node.at("value").to_number<std::int64_t>();
      for (const auto& child : node.at("children").as_array())
        sum += child.at("computed").to_number<std::int64_t>();
      EXPECT_EQ(node.at("computed").to_number<std::int64_t>(), sum) << key(node);
    });
  }

  // What many servers counted, relayed by one of them.
  unsigned share(int number, std::uint64_t sequence, std::int64_t total) {
    const ServerId id = server_id("s" + std::to_string(number));
    const Member relay{server_id("s10"), {1, 10}, "http://127.0.0.1:" + std::to_string(nobody_.first())};
    const ShareHeader header{
        {1, static_cast<std::uint64_t>(number)}, id, Sequence{sequence - 1}, Sequence{sequence}};
    return http()
        .post(server(), "/v1/shares", shares_.body(relay, header, {{"hits", total, Sequence{sequence}}}),
              "application/x-protobuf")
        .status;
  }

  Ports nobody_;
  ShareWriter shares_;
};

TEST_F(ATree, IsValidAfterAReadAndAnUpdateInvalidatesOnlyItsPath) {
  constexpr int kFirst = 10;
  constexpr int kLast = 59;
  Int128 sum = 0;
  for (int number = kFirst; number <= kLast; ++number, sum += number - 1)
    ASSERT_EQ(share(number, 1, number), 200U);
  EXPECT_EQ(http().value(server(), "hits"), sum);
  EXPECT_EQ(invalid(), std::set<std::string>());
  expect_exact_sums();

  for (const int updated : {kLast, kFirst, 30}) {
    ASSERT_EQ(share(updated, 2, updated + 1000), 200U);
    EXPECT_EQ(invalid(), path_to("s" + std::to_string(updated)));
    EXPECT_EQ(invalid(), path_to("s" + std::to_string(updated))) << "looking recomputes nothing";
    EXPECT_LE(invalid().size(), 3U) << "the tree is deeper than it has to be";
    EXPECT_EQ(http().value(server(), "hits"), sum += 1000);
    EXPECT_EQ(invalid(), std::set<std::string>());
    expect_exact_sums();
  }
}

TEST_F(ATree, OfACounterThatNobodyTouchedIsEmpty) {
  EXPECT_EQ(http().get(server(), "/v1/trees/nobody").body, R"({"name":"nobody","nodes":[]})");
}

}  // namespace
}  // namespace tally::e2e
