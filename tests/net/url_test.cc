#include "net/url.h"

#include <gtest/gtest.h>

namespace tally::net {
namespace {

TEST(Url, IsASchemeAHostAndAPort) {
  const Url url = Url::parse("http://127.0.0.1:7071").value();
  EXPECT_EQ(url.host, "127.0.0.1");
  EXPECT_EQ(url.port, 7071);
  EXPECT_EQ(Url::parse("http://counter.example/")->port, 80);
  EXPECT_EQ(Url::parse("http://[::1]:7071")->host, "::1");
  EXPECT_FALSE(url.tls);
  EXPECT_TRUE(Url::parse("https://a:7071")->tls);
  EXPECT_EQ(Url::parse("https://a")->port, 443);
}

TEST(Url, ReadsBackItsOwnText) {
  for (const char* text :
       {"http://127.0.0.1:7071", "http://[::1]:80", "http://a.b-c_d:65535", "https://127.0.0.1:7071"}) {
    EXPECT_EQ(Url::parse(text)->text(), text);
  }
  EXPECT_EQ(Url::parse("http://a")->authority(), "a:80");
}

TEST(Url, RefusesWhatItCannotSendTo) {
  for (const char* bad :
       {"", "http://", "http:///", "https://", "ftp://a:1", "a:1", "http://a:0",
        "http://a:", "http://a:65536", "http://a:-1", "http://a:+1", "http://a:1/path", "http://u@a:1",
        "http://a b:1", "http://[::1", "http://::1:80", "http://[]:1", "http://a:1?q", "HTTP://a:1 "}) {
    const auto url = Url::parse(bad);
    ASSERT_FALSE(url) << bad;
    EXPECT_EQ(url.error().code, Errc::invalid);
  }
}

TEST(Endpoint, NeedsAPort) {
  EXPECT_EQ(Endpoint::parse("127.0.0.1:0")->port, 0);
  EXPECT_EQ(Endpoint::parse("[::1]:7071")->text(), "[::1]:7071");
  for (const char* bad : {"", "127.0.0.1", ":1", "127.0.0.1:", "[::1]", "a:b", "http://a:1"}) {
    EXPECT_FALSE(Endpoint::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace tally::net
