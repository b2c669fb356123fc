#include "bench/load/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::load {
namespace {

std::string request(std::string_view protocol, const std::string& name) {
  return find_protocol(protocol)->request("127.0.0.1:7071", [name] { return name; });
}

TEST(Protocol, SaysIncrAsRedisClientsDo) {
  EXPECT_EQ(request("resp-incr", "key:000000000007"), "*2\r\n$4\r\nINCR\r\n$16\r\nkey:000000000007\r\n");
}

TEST(Protocol, SaysAnAddInOneLineAndAHost) {
  EXPECT_EQ(request("http-add", "a"), "POST /v1/counters/a HTTP/1.1\r\nHost: 127.0.0.1:7071\r\n\r\n");
}

TEST(Protocol, AsksNginxInTheSameBytesAsTally) {
  EXPECT_EQ(request("http-200", "a"), request("http-add", "a"));
}

TEST(Protocol, SaysABatchOfAThousandAdds) {
  const std::string batch = request("http-batch", "a");
  const std::string body = batch.substr(batch.find("\r\n\r\n") + 4);
  EXPECT_THAT(batch, testing::HasSubstr("Content-Length: " + std::to_string(body.size()) + "\r\n"));
  EXPECT_THAT(body, testing::StartsWith(R"([{"name":"a","delta":1},{"name":"a","delta":1},)"));
  std::size_t adds = 0;
  for (std::size_t at = body.find("delta"); at != std::string::npos; at = body.find("delta", at + 1)) ++adds;
  EXPECT_EQ(adds, find_protocol("http-batch")->adds);
  EXPECT_EQ(adds, 1000U);
}

TEST(Protocol, SaysIncrToMemcached) { EXPECT_EQ(request("memcached-incr", "a"), "incr a 1\r\n"); }

TEST(Protocol, SaysKeysToEtcdInBase64) {
  EXPECT_THAT(request("etcd-put", "key"),
              testing::EndsWith("Content-Length: 29\r\n\r\n{\"key\":\"a2V5\",\"value\":\"MQ==\"}"));
  EXPECT_THAT(request("etcd-put", "a"), testing::HasSubstr(R"("YQ==")"));
  EXPECT_THAT(request("etcd-put", "ab"), testing::HasSubstr(R"("YWI=")"));
}

TEST(Protocol, HasNamesThatAreTheirOwn) {
  for (const Protocol& protocol : protocols()) EXPECT_EQ(find_protocol(protocol.name), &protocol);
  EXPECT_EQ(find_protocol("resp"), nullptr);
}

}  // namespace
}  // namespace tally::load
