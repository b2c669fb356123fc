#include "edge/warnings.h"

#include <vector>

#include <gtest/gtest.h>

namespace tally {
namespace {

class AWarning : public testing::Test {
 protected:
  std::vector<std::string> log_;
  Warnings warnings_{[this](const std::string& text) { log_.push_back(text); }};
  const Instant start_{};
  const Instant later_ = start_ + Warnings::kWindow;
};

TEST_F(AWarning, IsSaidOnceAMinuteThenHowOftenItWasSo) {
  for (int i = 0; i < 1000; ++i) warnings_.warn(start_, "a lies");
  EXPECT_EQ(log_, (std::vector<std::string>{"a lies"}));
  warnings_.sweep(later_ - Duration(1));
  EXPECT_EQ(log_.size(), 1U);
  warnings_.sweep(later_);
  EXPECT_EQ(log_, (std::vector<std::string>{"a lies", "So again 999 time(s) in the last minute: a lies"}));
  warnings_.warn(later_, "a lies");
  EXPECT_EQ(log_.back(), "a lies") << "it still does";
}

TEST_F(AWarning, ThatCameOnceIsNotRepeated) {
  warnings_.warn(start_, "a lies");
  warnings_.sweep(later_);
  EXPECT_EQ(log_.size(), 1U);
}

TEST_F(AWarning, OfEverAnotherKindIsCountedOnly) {
  for (int i = 0; i < 1000; ++i) warnings_.warn(start_, std::to_string(i) + " lies");
  EXPECT_EQ(log_.size(), Warnings::kTexts);
  warnings_.sweep(later_);
  ASSERT_EQ(log_.size(), Warnings::kTexts + 1);
  EXPECT_EQ(log_.back(), "980 more warnings of other kinds were left out in the last minute.");
}

}  // namespace
}  // namespace tally
