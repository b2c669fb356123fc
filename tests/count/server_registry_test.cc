#include "count/server_registry.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tally {
namespace {

ServerId server(const std::string& text) { return ServerId::parse(text).value(); }

TEST(ServerRegistry, NumbersServersInTheOrderOfFirstMention) {
  ServerRegistry servers;
  EXPECT_EQ(servers.index(server("b")), ServerIndex{0});
  EXPECT_EQ(servers.index(server("a")), ServerIndex{1});
  EXPECT_EQ(servers.index(server("b")), ServerIndex{0});
}

TEST(ServerRegistry, AnIdStaysWhereItIsWhileOthersCome) {
  ServerRegistry servers;
  std::vector<const ServerId*> ids;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    ids.push_back(&servers.id(servers.index(server("server-number-" + std::to_string(i)))));
  }
  for (std::uint32_t i = 0; i < 5000; ++i) {
    EXPECT_EQ(&servers.id(ServerIndex{i}), ids[i]);
    EXPECT_EQ(ids[i]->text(), "server-number-" + std::to_string(i));
  }
}

}  // namespace
}  // namespace tally
