#include "api/problem.h"

#include <set>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "tests/api/random_text.h"

namespace tally {
namespace {

std::string problem_text(const Error& error) {
  std::string out;
  append_problem(out, error);
  return out;
}

constexpr auto kLastCode = Errc::internal;

std::vector<Errc> all_codes() {
  std::vector<Errc> codes;
  for (int code = 0; code <= static_cast<int>(kLastCode); ++code) codes.push_back(static_cast<Errc>(code));
  return codes;
}

TEST(Problem, HasTheStatusOfTheContract) {
  struct Case {
    Errc code;
    unsigned status;
  };
  for (const Case& c :
       {Case{Errc::malformed, 400}, Case{Errc::unauthorized, 401}, Case{Errc::insufficient_scope, 403},
        Case{Errc::wrong_certificate, 403}, Case{Errc::forbidden, 403}, Case{Errc::no_such_path, 404},
        Case{Errc::method_not_allowed, 405}, Case{Errc::too_slow, 408}, Case{Errc::out_of_range, 409},
        Case{Errc::too_large, 413}, Case{Errc::unsupported_type, 415}, Case{Errc::invalid, 422},
        Case{Errc::header_too_large, 431}, Case{Errc::internal, 500}, Case{Errc::unavailable, 503},
        Case{Errc::full, 507}}) {
    EXPECT_EQ(problem_of(c.code).status, c.status) << to_string(c.code);
  }
}

// 403 has three, which clients tell by their types: one is tried elsewhere, the others are not.
TEST(Problem, EveryErrorHasATypeOfItsOwnAndNearlyAllAStatus) {
  std::set<unsigned> statuses;
  std::set<std::string_view> types;
  for (const Errc code : all_codes()) {
    const Problem& problem = problem_of(code);
    if (problem.status != 403) {
      EXPECT_TRUE(statuses.insert(problem.status).second) << problem.status;
    }
    EXPECT_TRUE(types.insert(problem.type).second) << problem.type;
    EXPECT_GE(problem.status, 400U);
    EXPECT_FALSE(problem.title.empty());
    EXPECT_EQ(problem.retry_after_s > 0, code == Errc::unavailable);
  }
}

TEST(Problem, IsAsRfc9457WantsIt) {
  EXPECT_EQ(problem_text({Errc::out_of_range, "It is \"full\"."}),
            R"({"type":"/problems/out-of-range","title":"The value would not fit in 64 bits","status":409,)"
            R"("detail":"It is \"full\"."})");
}

TEST(Problem, IsJsonWhateverTheDetailIs) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const auto problem = boost::json::parse(problem_text({Errc::invalid, random_bytes(random, 20)}));
    EXPECT_EQ(problem.at("status").as_int64(), 422);
  }
  EXPECT_EQ(boost::json::parse(problem_text({Errc::invalid, "a\xff\nb"})).at("detail").as_string(), "a?\nb");
}

TEST(Problem, ReadsBackAsTheErrorThatItWas) {
  Random random(2);
  for (const Errc code : all_codes()) {
    const Error error{code, random_name(random)};
    const Error read = read_problem(problem_of(code).status, problem_text(error));
    EXPECT_EQ(read.code, error.code);
    EXPECT_EQ(read.detail, error.detail);
  }
}

TEST(Problem, OfAProxyLeavesTheOutcomeUnknownUnlessItIsTheRequestsFault) {
  struct Case {
    unsigned status;
    Errc code;
  };
  for (const Case& c :
       {Case{400, Errc::malformed}, Case{401, Errc::unauthorized}, Case{403, Errc::insufficient_scope},
        Case{404, Errc::no_such_path}, Case{429, Errc::invalid}, Case{500, Errc::unknown_outcome},
        Case{502, Errc::unknown_outcome}, Case{503, Errc::unknown_outcome}, Case{504, Errc::unknown_outcome},
        Case{304, Errc::unknown_outcome}, Case{0, Errc::unknown_outcome}}) {
    for (const char* body :
         {"", "<html>", "{}", "[]", "{\"type\":\"about:blank\",\"detail\":5}", "{\"type\":null}"}) {
      const Error error = read_problem(c.status, body);
      EXPECT_EQ(error.code, c.code) << c.status;
      EXPECT_NE(error.detail.find(std::to_string(c.status)), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace tally
