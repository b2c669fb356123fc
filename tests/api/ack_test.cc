#include "api/ack.h"

#include <gtest/gtest.h>

namespace tally {
namespace {

TEST(Ack, ReadsBackItsOwnText) {
  for (const char* text : {"memory", "disk", "peers:1", "peers:2", "peers:4294967295"}) {
    EXPECT_EQ(to_text(parse_ack(text).value()), text);
  }
  EXPECT_EQ(parse_ack("peers:2").value(), (Ack{Ack::Holder::peers, 2}));
}

TEST(Ack, RefusesWhatNoServerCouldGive) {
  for (const char* text : {"", "Disk", "disk ", "none", "peers", "peers:", "peers:0", "peers:-1", "peers:+1",
                           "peers: 1", "peers:1.5", "peers:2x", "peers:4294967296"}) {
    const auto ack = parse_ack(text);
    ASSERT_FALSE(ack) << text;
    EXPECT_EQ(ack.error().code, Errc::invalid);
    EXPECT_NE(ack.error().detail.find("use memory, disk, or peers:K"), std::string::npos)
        << ack.error().detail;
  }
}

TEST(Ack, IsOneParameterAmongOthers) {
  EXPECT_EQ(ack_parameter("").value(), std::nullopt);
  EXPECT_EQ(ack_parameter("client=me").value(), std::nullopt);
  EXPECT_EQ(ack_parameter("client=me&ack=peers%3A3").value(), (Ack{Ack::Holder::peers, 3}));
  EXPECT_EQ(ack_parameter("ack=").error().code, Errc::invalid);
  EXPECT_EQ(ack_parameter("akc=disk").error().detail,
            "There is no parameter 'akc' here: use ack, or leave it out.");
  EXPECT_EQ(ack_parameter("ack=disk&ack=disk").error().code, Errc::invalid);
  EXPECT_EQ(ack_parameter("ack=%zz").error().code, Errc::malformed);
}

}  // namespace
}  // namespace tally
