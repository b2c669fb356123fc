#include "api/add_request.h"

#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/api/random_text.h"

namespace tally {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
constexpr const char* kJson = "application/json";

Result<std::int64_t> read_delta(std::string_view content_type, std::string_view body) {
  return AddReader().read_delta(content_type, body);
}

TEST(Delta, IsOneWhereNoneIsGiven) {
  for (const char* type : {"", "application/json", "application/x-www-form-urlencoded", "text/plain"}) {
    EXPECT_EQ(read_delta(type, "").value(), 1) << type;
  }
  EXPECT_EQ(read_delta(kJson, "{}").value(), 1);
}

TEST(Delta, IsAnExactIntegerAsJson) {
  struct Case {
    std::string_view body;
    std::int64_t delta;
  };
  for (const Case& c :
       {Case{R"({"delta":-3})", -3}, Case{R"({"delta":"-3"})", -3}, Case{R"({"delta":"+3"})", 3},
        Case{R"({"delta":"007"})", 7}, Case{R"({"delta":0})", 0}, Case{R"({"delta":-0})", 0},
        Case{" { \"delta\" : 5 } \n", 5}, Case{R"({"d\u0065lta":5})", 5},
        Case{R"({"delta":9223372036854775807})", kMost}, Case{R"({"delta":-9223372036854775808})", kLeast},
        Case{R"({"delta":"9223372036854775807"})", kMost},
        Case{R"({"delta":"-9223372036854775808"})", kLeast},
        Case{R"({"delta":9007199254740993})", 9007199254740993}}) {
    for (const char* type :
         {kJson, "application/json; charset=utf-8", "application/x-www-form-urlencoded", ""}) {
      const auto delta = read_delta(type, c.body);
      ASSERT_TRUE(delta) << c.body << ": " << delta.error().detail;
      EXPECT_EQ(*delta, c.delta) << c.body;
    }
  }
}

TEST(Delta, IsAnIntegerAsText) {
  for (const char* body : {"-3", " -3\r\n", "\t-3", "-03"})
    EXPECT_EQ(read_delta("text/plain", body).value(), -3) << body;
  EXPECT_EQ(read_delta("text/plain; charset=utf-8", "+3").value(), 3);
  EXPECT_EQ(read_delta("text/plain", "-9223372036854775808").value(), kLeast);
  for (const char* body :
       {" ", "x", "1.5", "1e3", "- 3", "1 2", "{\"delta\":1}", "9223372036854775808", "\"1\"", "0x10"}) {
    EXPECT_EQ(read_delta("text/plain", body).error().code, Errc::invalid) << body;
  }
  EXPECT_EQ(read_delta("text/plain", std::string_view("1\0", 2)).error().code, Errc::invalid);
}

TEST(Delta, IsRefusedWhenItIsNoInteger) {
  for (const char* delta : {"1.0",
                            "1.5",
                            "1e3",
                            "1E3",
                            "-1e-3",
                            "1e999",
                            "true",
                            "false",
                            "null",
                            "[]",
                            "[1]",
                            "{}",
                            "{\"a\":1}",
                            "\"\"",
                            "\"x\"",
                            "\" 1\"",
                            "\"1.0\"",
                            "\"1e3\"",
                            "9223372036854775808",
                            "-9223372036854775809",
                            "18446744073709551616",
                            "\"9223372036854775808\""}) {
    const auto read = read_delta(kJson, "{\"delta\":" + std::string(delta) + "}");
    ASSERT_FALSE(read) << delta;
    EXPECT_EQ(read.error().code, Errc::invalid) << delta;
    EXPECT_THAT(read.error().detail, HasSubstr("from -9223372036854775808 to 9223372036854775807")) << delta;
    EXPECT_THAT(read.error().detail, Not(HasSubstr("digits only"))) << "a sign and zeros are taken";
  }
  EXPECT_EQ(read_delta(kJson, "{\"delta\":1" + std::string(1000, '0') + "}").error().code, Errc::invalid);
}

TEST(Delta, IsRefusedWhenTheJsonIsBroken) {
  for (const char* body : {" ",
                           "{",
                           "}",
                           "{\"delta\"}",
                           "{\"delta\":}",
                           "{\"delta\":1",
                           "{\"delta\":1}}",
                           "{\"delta\":1} x",
                           "{\"delta\":1}{}",
                           "{\"delta\":1,}",
                           "{,\"delta\":1}",
                           "{delta:1}",
                           "{'delta':1}",
                           "{\"delta\":+1}",
                           "{\"delta\":01}",
                           "{\"delta\":-}",
                           "{\"delta\":1.}",
                           "{\"delta\":.5}",
                           "{\"delta\":1e}",
                           "{\"delta\":NaN}",
                           "{\"delta\":Infinity}",
                           "{\"delta\":0x10}",
                           "{\"delta\":1 2}",
                           "{\"delta\":\"1}",
                           "{\"delta\":\"\\x\"}",
                           "{\"delta\":\"\xff\"}",
                           "{\"delta\":tru}",
                           "{\"delta\":1 \"name\":2}",
                           "// x\n{}",
                           "\xef\xbb\xbf{}",
                           "{\"delta\":1]",
                           "delta=3",
                           "\"\\ud800\"x",
                           "{\"a\nb\":1}"}) {
    const auto read = read_delta(kJson, body);
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().code, Errc::malformed) << body << ": " << read.error().detail;
  }
}

TEST(Delta, IsRefusedWhenTheObjectIsNotTheExpectedOne) {
  for (const char* body : {"{\"dleta\":1}", "{\"delta\":1,\"delta\":1}", "{\"name\":\"a\",\"delta\":1}", "[]",
                           "5", "\"5\"", "null", "[{\"delta\":1}]", "{\"Delta\":1}", "{\"\":1}"}) {
    const auto read = read_delta(kJson, body);
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().code, Errc::invalid) << body << ": " << read.error().detail;
  }
  EXPECT_THAT(read_delta(kJson, "{\"dleta\":1}").error().detail, HasSubstr("'dleta'"));
}

TEST(Delta, IsRefusedInAnyOtherTypeEvenWithoutABody) {
  for (const char* type : {"text/html", "application/xml", "multipart/form-data; boundary=x", "nonsense"}) {
    for (const char* body : {"", "{\"delta\":1}"}) {
      EXPECT_EQ(read_delta(type, body).error().code, Errc::unsupported_type) << type;
    }
  }
}

TEST(Batch, IsAListOfNamesAndDeltas) {
  AddReader reader;
  const auto batch =
      reader.read_batch(kJson, R"([{"name":"a","delta":-1},{"name":"b"},{"delta":"5","name":"a/\"\u00e9"}])");
  EXPECT_THAT(*batch, ElementsAre(NamedDelta{"a", -1}, NamedDelta{"b", 1}, NamedDelta{"a/\"é", 5}));
  EXPECT_THAT(*reader.read_batch("", " [ ] "), IsEmpty());
}

TEST(Batch, NamesTheFirstEntryThatIsWrong) {
  struct Case {
    const char* entry;
    Errc code;
    const char* says;
  };
  for (const Case& c :
       {Case{"{\"delta\":1}", Errc::invalid, "no name"}, Case{"{}", Errc::invalid, "no name"},
        Case{"{\"name\":\"\"}", Errc::invalid, "name"}, Case{"{\"name\":\"a\\n\"}", Errc::invalid, "name"},
        Case{"{\"name\":\"\\u0000\"}", Errc::invalid, "name"},
        Case{"{\"name\":5}", Errc::invalid, "not a string"},
        Case{"{\"name\":null}", Errc::invalid, "not a string"},
        Case{"{\"name\":[]}", Errc::invalid, "not a string"},
        Case{"{\"name\":\"b\",\"delta\":1.5}", Errc::invalid, "integer"},
        Case{"{\"name\":\"b\",\"name\":\"b\"}", Errc::invalid, "twice"},
        Case{"{\"name\":\"b\",\"count\":1}", Errc::invalid, "'count'"},
        Case{"[]", Errc::invalid, "not an object"}, Case{"\"b\"", Errc::invalid, "not an object"},
        Case{"5", Errc::invalid, "not an object"}, Case{"{\"name\":\"\\ud800\"}", Errc::malformed, "JSON"},
        Case{"{\"name\" \"b\"}", Errc::malformed, "JSON"},
        Case{"{\"name\":\"b\"", Errc::malformed, "JSON"}}) {
    const auto batch = AddReader().read_batch(kJson, "[{\"name\":\"a\"}," + std::string(c.entry) + "]");
    ASSERT_FALSE(batch) << c.entry;
    EXPECT_EQ(batch.error().code, c.code) << c.entry << ": " << batch.error().detail;
    EXPECT_THAT(batch.error().detail, HasSubstr("Entry 1 ")) << c.entry;
    EXPECT_THAT(batch.error().detail, HasSubstr(c.says)) << c.entry;
  }
}

TEST(Batch, IsRefusedWhenItIsNoList) {
  for (const char* body : {"{}", "{\"name\":\"a\"}", "5", "\"a\"", "null"}) {
    EXPECT_EQ(AddReader().read_batch(kJson, body).error().code, Errc::invalid) << body;
  }
  for (const char* body :
       {"", " ", "[", "]", "[}", "[{\"name\":\"a\"}", "[{\"name\":\"a\"},]", "[{\"name\":\"a\"}]]",
        "[{\"name\":\"a\"}] x", "[][]", "[{\"name\":\"a\"} {\"name\":\"b\"}]", "[,]", "name=a"}) {
    const auto batch = AddReader().read_batch(kJson, body);
    ASSERT_FALSE(batch) << body;
    EXPECT_EQ(batch.error().code, Errc::malformed) << body << ": " << batch.error().detail;
  }
  EXPECT_EQ(AddReader().read_batch("text/plain", "5").error().code, Errc::unsupported_type);
  EXPECT_EQ(AddReader().read_batch("text/html", "[]").error().code, Errc::unsupported_type);
}

TEST(Batch, SurvivesDeepNesting) {
  for (const std::size_t depth : {2U, 1000U, 2000U, 400'000U}) {
    EXPECT_FALSE(AddReader().read_batch(kJson, std::string(depth, '[') + std::string(depth, ']')));
    EXPECT_FALSE(AddReader().read_batch(kJson, std::string(depth, '[')));
    std::string objects;
    for (std::size_t i = 0; i < depth; ++i) objects += "{\"delta\":";
    EXPECT_FALSE(AddReader().read_delta(kJson, objects));
    EXPECT_FALSE(AddReader().read_delta(kJson, objects + std::string(depth, '}')));
  }
}

TEST(Batch, HasUpToTenThousandEntries) {
  std::vector<NamedDelta> deltas(kMaxBatchEntries, NamedDelta{"a", 1});
  std::string body;
  append_batch(body, deltas);
  AddReader reader;
  EXPECT_EQ(reader.read_batch(kJson, body).value().size(), kMaxBatchEntries);
  body.clear();
  deltas.push_back({"a", 1});
  append_batch(body, deltas);
  EXPECT_EQ(reader.read_batch(kJson, body).error().code, Errc::invalid);
}

TEST(Batch, ReadsBackWhatWasWritten) {
  Random random(1);
  AddReader reader;
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> names(random.below(20));
    std::vector<NamedDelta> deltas;
    for (std::string& name : names) {
      name = random_name(random);
      deltas.push_back({name, static_cast<std::int64_t>(random()) >> random.below(64)});
    }
    std::string body;
    append_batch(body, deltas);
    EXPECT_THAT(reader.read_batch(kJson, body).value(), testing::ElementsAreArray(deltas)) << body;
    const auto delta = static_cast<std::int64_t>(random());
    body.clear();
    append_delta(body, delta);
    EXPECT_EQ(reader.read_delta(kJson, body).value(), delta);
  }
}

TEST(Batch, SurvivesAnyDamage) {
  Random random(2);
  AddReader reader;
  const std::string sound =
      R"([{"name":"a\u00e9","delta":-1},{"name":"b","delta":"5"},{"delta":2,"name":"c"}])";
  for (int i = 0; i < 20'000; ++i) {
    std::string body = sound;
    for (std::uint64_t damages = 1 + random.below(3); damages > 0; --damages) {
      const auto at = random.below(body.size());
      const char cruel[] = {'"', '\\', '{', '}',  '[', ']',
                            ',', ':',  '0', '\0', ' ', static_cast<char>(random())};
      switch (random.below(3)) {
        case 0: body[at] = cruel[random.below(std::size(cruel))]; break;
        case 1: body.erase(at, 1 + random.below(8)); break;
        default: body.insert(at, 1, cruel[random.below(std::size(cruel))]);
      }
      if (body.empty()) break;
    }
    const auto batch = reader.read_batch(kJson, body);
    const auto delta = reader.read_delta(kJson, body);
    EXPECT_TRUE(!batch || batch->size() <= 3) << body;
    EXPECT_FALSE(delta) << body;
  }
}

}  // namespace
}  // namespace tally
