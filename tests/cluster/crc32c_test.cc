#include "cluster/crc32c.h"

#include <string>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/cluster/support.h"

namespace tally {
namespace {

TEST(Crc32c, IsThatOfTheStandardsExamples) {  // RFC 3720 appendix B.4
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(crc32c(""), 0U);
}

TEST(Crc32c, AgreesWithASlowOneOnBytesOfAnyLength) {
  Random random(1);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(random.below(256)));
    ASSERT_EQ(crc32c(bytes), slow_crc32c(bytes)) << size;
  }
}

}  // namespace
}  // namespace tally
