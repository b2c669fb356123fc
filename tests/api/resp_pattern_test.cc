#include "api/resp_pattern.h"

#include <string>

#include <gtest/gtest.h>

#include "base/random.h"

namespace tally {
namespace {

TEST(RespPattern, KnowsStarsQuestionMarksClassesAndEscapes) {
  for (const auto& [pattern, name] :
       std::initializer_list<std::pair<const char*, const char*>>{{"", ""},
                                                                  {"*", ""},
                                                                  {"**", "ab"},
                                                                  {"a*", "a"},
                                                                  {"*a*b*", "xxayybzz"},
                                                                  {"a?c", "abc"},
                                                                  {"[ab]c", "bc"},
                                                                  {"[^ab]c", "xc"},
                                                                  {"[a-c]", "b"},
                                                                  {"[c-a]", "b"},
                                                                  {"[a\\-c]", "-"},
                                                                  {"[ab", "a"},
                                                                  {"\\*", "*"},
                                                                  {"\\", "\\"},
                                                                  {"page-*", "page-views"},
                                                                  {"*[0-9]", "x7"},
                                                                  {"a\\?b", "a?b"}}) {
    EXPECT_TRUE(matches_pattern(pattern, name)) << pattern << " " << name;
  }
  for (const auto& [pattern, name] :
       std::initializer_list<std::pair<const char*, const char*>>{{"", "a"},
                                                                  {"a", ""},
                                                                  {"?", ""},
                                                                  {"a*b", "ac"},
                                                                  {"[ab]", "c"},
                                                                  {"[^ab]", "a"},
                                                                  {"[]", "a"},
                                                                  {"\\*", "a"},
                                                                  {"a?", "a"},
                                                                  {"*a", "ab"},
                                                                  {"[a-c]", "d"},
                                                                  {"a", "A"}}) {
    EXPECT_FALSE(matches_pattern(pattern, name)) << pattern << " " << name;
  }
}

// The twin tries everything.
bool twin(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*') {
    return twin(pattern.substr(1), name) || (!name.empty() && twin(pattern, name.substr(1)));
  }
  return !name.empty() && (pattern[0] == '?' || pattern[0] == name[0]) &&
         twin(pattern.substr(1), name.substr(1));
}

TEST(RespPattern, FindsAMatchIfThereIsOne) {
  Random random(4);
  const auto text = [&random](const char* letters, std::size_t kinds) {
    std::string made(random.below(9), ' ');
    for (char& c : made) c = letters[random.below(kinds)];
    return made;
  };
  for (int i = 0; i < 100'000; ++i) {
    const std::string pattern = text("ab*?", 4);
    const std::string name = text("ab", 2);
    ASSERT_EQ(matches_pattern(pattern, name), twin(pattern, name)) << pattern << " " << name;
  }
}

TEST(RespPattern, CostsNoMoreThanItsLengthTimesTheNames) {
  std::string pattern;
  while (pattern.size() < kMostPatternBytes - 2) pattern += "*a";
  EXPECT_FALSE(matches_pattern(pattern + "b", std::string(255, 'a')));  // or this test never ends
}

}  // namespace
}  // namespace tally
