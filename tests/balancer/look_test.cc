#include "balancer/look.h"

#include <gtest/gtest.h>

namespace tally {
namespace {

TEST(Onward, ATokenThatCameOverTlsIsNotPassedOnInClear) {
  const auto refused = onward("http://a:1", true, "Bearer secret");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unreachable);
  EXPECT_EQ(refused.error().detail.find("secret"), std::string::npos);
  EXPECT_TRUE(onward("https://a:1", true, "Bearer secret"));
  EXPECT_TRUE(onward("http://a:1", false, "Bearer secret")) << "it came in clear";
  EXPECT_TRUE(onward("http://a:1", true, "")) << "there is none";
}

}  // namespace
}  // namespace tally
