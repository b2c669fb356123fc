// Adding, reading and listing, as the contract's users see it.
#include <cstdint>
#include <limits>

#include "tests/e2e/contract.h"
#include "tests/net/support.h"

namespace tally::e2e {
namespace {

using Counters = TheContract;

constexpr const char* kForm = "application/x-www-form-urlencoded";
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

TEST_F(Counters, AnAddTakesEveryFormThatTheContractNames) {
  struct Row {
    std::string type;
    std::string body;
    std::int64_t delta;
  };
  const Row rows[] = {
      {"", "", 1},
      {"application/json", "", 1},
      {kForm, "", 1},
      {"application/json", R"({"delta":-3})", -3},
      {"application/json; charset=utf-8", R"( { "delta" : 3 } )", 3},
      {"application/json", R"({"delta":"-3"})", -3},
      {"application/json", R"({"delta":0})", 0},
      {"application/json", "{}", 1},
      {kForm, R"({"delta":12})", 12},
      {"text/plain", "-3", -3},
      {"text/plain; charset=utf-8", " +4\n", 4},
      {"Text/Plain", "007", 7},
  };
  Int128 sum = 0;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.type + ": " + row.body);
    sum += row.delta;
    const auto answer = http().post(server(), "/v1/counters/x", row.body, row.type);
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.content_type, "application/json");
    EXPECT_EQ(answer.body, R"({"name":"x","value":)" + to_decimal(sum) + R"(,"ack":"memory"})");
  }
  EXPECT_EQ(http().value(server(), "x"), sum);
}

TEST_F(Counters, AReadSaysHowFreshItIsOnceABalancerKnowsThatNobodyElseIsThere) {
  EXPECT_TRUE(eventually([&] {
    return http().get(server(), "/v1/counters/known").body ==
           R"({"name":"known","value":7,"staleness_ms":0,"complete":true})";
  }));
  EXPECT_EQ(http().get(server(), "/v1/counters/nobody-touched-it").body,
            R"({"name":"nobody-touched-it","value":0,"staleness_ms":0,"complete":true})");
  const auto text = http().get(server(), "/v1/counters/known", "text/plain");
  EXPECT_EQ(text.content_type, "text/plain");
  EXPECT_EQ(text.body, "7");
}

TEST_F(Counters, HeadSaysWhatGetWouldWithoutItsBody) {
  net::RawClient client(server().port);
  client.send(
      "HEAD /v1/counters/known HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/counters/known HTTP/1.1\r\nHost: "
      "x\r\n\r\n");
  const auto head = client.read_answer(true);
  const auto get = client.read_answer();
  EXPECT_EQ(get.status, 200U);
  EXPECT_EQ(head.header, get.header);
}

TEST_F(Counters, HaveNamesOfManyKinds) {
  const std::pair<std::string, std::string> rows[] = {{"a%20b", "a b"},
                                                      {"a/b/c", "a/b/c"},
                                                      {"a%2Fb", "a/b"},
                                                      {"a+b", "a+b"},
                                                      {"%25", "%"},
                                                      {"%2525", "%25"},
                                                      {"a//b/", "a//b/"},
                                                      {"..%2F..", "../.."},
                                                      {"%C3%BC%E2%82%AC", "ü€"},
                                                      {"%22%5C", "\"\\"},
                                                      {std::string(255, 'n'), std::string(255, 'n')}};
  std::map<std::string, Int128> expected{{"known", 7}};
  for (const auto& [path, name] : rows) {
    SCOPED_TRACE(path);
    ++expected[name];
    EXPECT_EQ(http().post(server(), "/v1/counters/" + path).status, 200U);
    EXPECT_EQ(http().get(server(), "/v1/counters/" + path, "text/plain").body, to_decimal(expected[name]));
  }
  EXPECT_EQ(http().counters(server()), expected);
}

TEST_F(Counters, ABatchAnswersInItsOwnOrderWithTheValuesAfterAllOfIt) {
  const auto answer = http().post(
      server(), "/v1/counters", R"([{"name":"b","delta":2},{"name":"a"},{"name":"b","delta":"-5"}])", kForm);
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(
      answer.body,
      R"({"counters":[{"name":"b","value":-3},{"name":"a","value":1},{"name":"b","value":-3}],"ack":"memory"})");
}

TEST_F(Counters, ABatchOfTenThousandIsTakenAndOneMoreIsNot) {
  const auto batch = [](int size) {
    std::string text = "[";
    for (int i = 0; i < size; ++i)
      text += (i == 0 ? "" : ",") + (R"({"name":"n)" + std::to_string(i) + R"("})");
    return text + "]";
  };
  EXPECT_TRUE(is_problem(http().post(server(), "/v1/counters", batch(10'001)), 422));
  EXPECT_TRUE(nothing_counted());
  EXPECT_EQ(http().post(server(), "/v1/counters", batch(10'000)).status, 200U);
  EXPECT_EQ(http().counters(server()).size(), 10'001U);
}

TEST_F(Counters, HoldAnySignedSixtyFourBitValueAndNothingBeyond) {
  EXPECT_EQ(http().add(server(), "most", kMost), 200U);
  EXPECT_EQ(http().add(server(), "least", kLeast), 200U);
  const auto before = http().counters(server());
  EXPECT_TRUE(is_problem(http().post(server(), "/v1/counters/most"), 409));
  EXPECT_TRUE(
      is_problem(http().post(server(), "/v1/counters/most", R"({"delta":9223372036854775807})"), 409));
  EXPECT_TRUE(is_problem(http().post(server(), "/v1/counters/least", R"({"delta":-1})"), 409));
  EXPECT_TRUE(
      is_problem(http().post(server(), "/v1/counters/least", R"({"delta":"-9223372036854775808"})"), 409));
  EXPECT_TRUE(is_problem(
      http().post(server(), "/v1/counters", R"([{"name":"innocent"},{"name":"most","delta":1}])"), 409));
  EXPECT_EQ(http().value(server(), "innocent"), 0) << "a part of a refused batch was counted";
  EXPECT_EQ(http().value(server(), "most"), kMost);
  EXPECT_EQ(http().value(server(), "least"), kLeast);

  EXPECT_EQ(http().get(server(), "/v1/counters/least", "text/plain").body, "-9223372036854775808");
  EXPECT_EQ(http().add(server(), "most", kLeast), 200U);
  EXPECT_EQ(http().add(server(), "least", kMost), 200U);
  EXPECT_EQ(http().value(server(), "most"), -1);
  EXPECT_EQ(http().value(server(), "least"), -1);
  EXPECT_EQ(before.at("known"), 7);
}

TEST_F(Counters, AreListedByNameOrByValuePageByPage) {
  std::string batch = "[";
  for (int i = 10; i < 35; ++i) {
    batch += R"({"name":"page-)" + std::to_string(i) + R"(","delta":)" + std::to_string(i % 5) + "},";
  }
  ASSERT_EQ(http().post(server(), "/v1/counters", batch + R"({"name":"other","delta":99}])").status, 200U);

  const auto pages = [this](const std::string& query) {
    std::vector<std::string> names;
    std::string after;
    for (int page = 0; page < 10; ++page) {
      const auto answer = boost::json::parse(http().get(server(), "/v1/counters?" + query + after).body);
      const auto& counters = answer.at("counters").as_array();
      EXPECT_LE(counters.size(), 10U);
      for (const auto& counter : counters) names.emplace_back(counter.at("name").as_string());
      if (answer.at("next").is_null()) break;
      after = "&after=" + std::string(answer.at("next").as_string());
    }
    return names;
  };
  std::vector<std::string> by_name;
  for (int i = 10; i < 35; ++i) by_name.push_back("page-" + std::to_string(i));
  EXPECT_EQ(pages("prefix=page-&limit=10"), by_name);
  EXPECT_EQ(pages("prefix=page-&order=name&limit=7"), by_name);

  std::vector<std::string> by_value = by_name;
  std::stable_sort(by_value.begin(), by_value.end(), [](const std::string& a, const std::string& b) {
    return (a.back() - '0') % 5 > (b.back() - '0') % 5;
  });
  EXPECT_EQ(pages("prefix=page-&order=-value&limit=10"), by_value);
  EXPECT_EQ(pages("order=-value&limit=1&prefix=o"), std::vector<std::string>{"other"});
  EXPECT_EQ(http().get(server(), "/v1/counters?prefix=nobody").body, R"({"counters":[],"next":null})");
}

TEST(Values, OfManyServersAreExactBeyondSixtyFourBits) {
  Cluster cluster({"a", "b"}, {.share_interval = seconds(1)});
  Http& http = cluster.http();
  // Each server takes it only while it does not know of the other's.
  std::string name;
  ASSERT_TRUE(eventually([&, i = 0]() mutable {
    name = "huge-" + std::to_string(++i);
    return http.add(cluster.url("a"), name, kMost) == 200 && http.add(cluster.url("b"), name, kMost) == 200;
  }));
  const Int128 sum = Int128{kMost} * 2;
  EXPECT_TRUE(eventually([&] { return cluster.all_say(name, sum); }));
  for (const char* id : {"a", "b"}) {
    EXPECT_EQ(http.get(cluster.url(id), "/v1/counters/" + name, "text/plain").body, "18446744073709551614");
    EXPECT_NE(http.get(cluster.url(id), "/v1/counters?prefix=" + name).body.find(":18446744073709551614}"),
              std::string::npos);
    EXPECT_TRUE(is_problem(http.post(cluster.url(id), "/v1/counters/" + name), 409));
    EXPECT_TRUE(is_problem(http.post(cluster.url(id), "/v1/counters/" + name, "-1", "text/plain"), 409));
  }
  EXPECT_EQ(cluster.tally({"get", name}).out, "18446744073709551614\n");

  // What brings the value back into range is taken.
  EXPECT_EQ(http.add(cluster.url("a"), name, -kMost), 200U);
  EXPECT_TRUE(eventually([&] { return cluster.all_say(name, kMost); }));
}

}  // namespace
}  // namespace tally::e2e
