#include "api/render.h"

#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "count/collation_tree.h"

namespace tally {
namespace {

constexpr Int128 kTwo63 = static_cast<Int128>(1) << 63;

template <class Render>
std::string rendered(Render render) {
  std::string out = "before ";  // writers append
  render(out);
  EXPECT_TRUE(out.starts_with("before "));
  return out.substr(7);
}

TEST(Render, AReadingIsAsTheContractShowsIt) {
  const auto text = rendered([](std::string& out) { render_reading(out, {"page-views", 1234, 410, true}); });
  EXPECT_EQ(text, R"({"name":"page-views","value":1234,"staleness_ms":410,"complete":true})");
}

TEST(Render, AnIncompleteReadingNamesWhatIsMissing) {
  const ServerId missing[] = {ServerId::parse("b").value(), ServerId::parse("eu-1").value()};
  const auto text = rendered([&](std::string& out) { render_reading(out, {"x", -1, {}, false, missing}); });
  EXPECT_EQ(text, R"({"name":"x","value":-1,"staleness_ms":null,"complete":false,"missing":["b","eu-1"]})");
}

TEST(Render, EveryDigitOfAValueIsPrinted) {
  const auto text = rendered([](std::string& out) { render_reading(out, {"x", kTwo63 * 1000, {}, true}); });
  EXPECT_EQ(text, R"({"name":"x","value":9223372036854775808000,"staleness_ms":null,"complete":true})");
  EXPECT_EQ(rendered([](std::string& out) { render_value(out, -kTwo63); }), "-9223372036854775808");
}

TEST(Render, AnAddSaysWhatItHasGot) {
  const auto text = rendered([](std::string& out) {
    render_added(out, {"a\"b", 7});
    close_with_ack(out, {Ack::Holder::peers, 2});
  });
  EXPECT_EQ(text, R"({"name":"a\"b","value":7,"ack":"peers:2"})");
}

TEST(Render, ABatchKeepsItsOrder) {
  const NamedValue counters[] = {{"b", 7}, {"a", 1}};
  const auto batch = [](std::span<const NamedValue> added, Ack ack) {
    return rendered([&](std::string& out) {
      render_batch_added(out, added);
      close_with_ack(out, ack);
    });
  };
  EXPECT_EQ(batch(counters, {Ack::Holder::disk}),
            R"({"counters":[{"name":"b","value":7},{"name":"a","value":1}],"ack":"disk"})");
  EXPECT_EQ(batch({}, {}), R"({"counters":[],"ack":"memory"})");
}

TEST(Render, APageEndsWithACursorOrNull) {
  const NamedValue counters[] = {{"a", 1}};
  EXPECT_EQ(rendered([&](std::string& out) { render_page(out, counters, "6e61"); }),
            R"({"counters":[{"name":"a","value":1}],"next":"6e61"})");
  EXPECT_EQ(rendered([&](std::string& out) { render_page(out, {}, {}); }), R"({"counters":[],"next":null})");
}

TEST(Render, ATreeShowsItsNodesAsTheyStand) {
  const std::vector<CollationNode> roots = {
      {ServerIndex{1},
       5,
       43,
       false,
       {{ServerIndex{0}, 30, 30, true, {}}, {ServerIndex{2}, 8, kTwo63, true, {}}}}};
  const std::string_view keys[] = {"a", "b", "c"};
  const auto key_of = [&keys](ServerIndex server) { return keys[number(server)]; };
  const auto text = rendered([&](std::string& out) { render_tree(out, "page\\views", roots, key_of); });
  EXPECT_EQ(boost::json::parse(text), boost::json::parse(R"({"name":"page\\views","nodes":[
      {"key":"b","value":5,"computed":43,"valid":false,"children":[
          {"key":"a","value":30,"computed":30,"valid":true,"children":[]},
          {"key":"c","value":8,"computed":9223372036854775808,"valid":true,"children":[]}]}]})"));
  EXPECT_EQ(rendered([&](std::string& out) { render_tree(out, "x", {}, key_of); }),
            R"({"name":"x","nodes":[]})");
}

}  // namespace
}  // namespace tally
