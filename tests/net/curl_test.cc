// The client that most people will use.
#include <cstdio>

#include <gtest/gtest.h>

#include "tests/net/support.h"

namespace tally::net {
namespace {

std::string output_of(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  TALLY_CHECK(pipe != nullptr);
  std::string output;
  char buffer[4096];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, size);
  pclose(pipe);
  return output;
}

class Curl : public testing::Test {
 protected:
  std::string curl(const std::string& arguments) {
    return output_of("curl -sS --max-time 20 " + arguments + " 2>&1");
  }

  TestServer server_;
  std::string url_ = server_.url().text();
};

TEST_F(Curl, Gets) { EXPECT_EQ(curl(url_ + "/a%20b"), "GET /a%20b"); }

TEST_F(Curl, Posts) {
  EXPECT_EQ(curl("-d '{\"delta\":3}' " + url_ + "/x"),
            "POST /x application/x-www-form-urlencoded {\"delta\":3}");
}

TEST_F(Curl, WaitsForTheInvitationToSendALargeBody) {
  const std::string answer = curl("-v -H 'Expect: 100-continue' -H 'Content-Type: a/b' -d " +
                                  std::string(5000, 'x') + " " + url_ + "/x");
  EXPECT_NE(answer.find("HTTP/1.1 100 Continue"), std::string::npos);
  EXPECT_NE(answer.find("POST /x a/b xxx"), std::string::npos);
}

TEST_F(Curl, SendsChunks) {
  EXPECT_EQ(curl("-H 'Transfer-Encoding: chunked' -H 'Content-Type: a/b' -d hello " + url_ + "/x"),
            "POST /x a/b hello");
}

TEST_F(Curl, AsksForTheHeaderOnly) {
  EXPECT_NE(curl("-I " + url_).find("Content-Length: 6"), std::string::npos);
}

TEST_F(Curl, KeepsTheConnection) {
  EXPECT_NE(curl("-v " + url_ + "/a " + url_ + "/b").find("Re-using existing connection"), std::string::npos);
}

TEST_F(Curl, SpeaksHttp10) { EXPECT_EQ(curl("-0 " + url_), "GET /"); }

}  // namespace
}  // namespace tally::net
