// A server whose disk kept an ended stream, which is not in its memory.
#include <gtest/gtest.h>

#include "count/counting.h"
#include "store/memory_store.h"
#include "tests/net/support.h"
#include "tests/server/running_server.h"

namespace tally {
namespace {

class AFoldedStream : public testing::Test {
 protected:
  AFoldedStream() {
    EXPECT_TRUE(eventually([this] { return server_.ready(); }));
  }

  // As an earlier run of the server left it.
  std::unique_ptr<Store> disk() {
    Counting counting{1, 7};
    CountingThread names(counting);
    Write write{{stream_, server_id("a"), Sequence{0}, Sequence{3}}, {}};
    write.entries.push_back({names.find_or_insert("other"), 5, Sequence{1}});
    write.entries.push_back({names.find_or_insert("hits"), 10, Sequence{3}});
    auto store = std::make_unique<MemoryStore>();
    EXPECT_TRUE(store->commit({.writes = {std::move(write)}}));
    return store;
  }

  net::ClientResponse ask(std::uint64_t after) {
    return http_.get(server_.url(), "/v1/streams/" + stream_.text() + "?after=" + std::to_string(after));
  }

  Http http_;
  const StreamId stream_{9, 9};
  RunningServer server_{options_of("a"), disk()};
};

TEST_F(AFoldedStream, IsCountedAndAnsweredFromTheDisk) {
  EXPECT_EQ(http_.value(server_.url(), "hits"), 10);
  for (int times = 0; times < 2; ++times) {
    const auto answer = ask(1);
    ASSERT_EQ(answer.status, 200U) << answer.body;
    const auto part = decode_part(answer.body);
    ASSERT_TRUE(part);
    EXPECT_EQ(part->header.through, Sequence{3});
    ASSERT_EQ(part->entries.size(), 1U);
    EXPECT_EQ(part->entries[0].name, "hits");
    EXPECT_EQ(part->entries[0].total, 10);
  }
}

TEST_F(AFoldedStream, TakesALateShareThatComesAgain) {
  e2e::ShareWriter shares;
  const Member peer{server_id("p"), {7, 7}, "http://127.0.0.1:1"};
  const std::string late = shares.body(peer, {stream_, server_id("a"), Sequence{3}, Sequence{5}},
                                       {{"hits", 12, Sequence{4}}, {"new", 1, Sequence{5}}});
  const auto post = [&] { return http_.post(server_.url(), "/v1/shares", late, "application/x-protobuf"); };
  const auto first = post();
  EXPECT_EQ(first.status, 503U);
  EXPECT_NE(first.body.find("send its share again"), std::string::npos) << first.body;
  EXPECT_TRUE(eventually([&] { return post().status == 200; }));
  EXPECT_EQ(http_.value(server_.url(), "hits"), 12);
  EXPECT_EQ(http_.value(server_.url(), "new"), 1);
  EXPECT_TRUE(eventually([&] { return ask(0).status == 200; }));
}

}  // namespace
}  // namespace tally
