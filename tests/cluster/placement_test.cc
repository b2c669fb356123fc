#include "cluster/placement.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/cluster/support.h"

namespace tally {
namespace {

constexpr int kClients = 10'000;

std::vector<ServerId> servers(int count) {
  std::vector<ServerId> servers;
  for (int i = 0; i < count; ++i) servers.push_back(server("s" + std::to_string(i)));
  return servers;
}

std::map<std::string, ServerId> placed(const std::vector<ServerId>& among) {
  std::map<std::string, ServerId> placed;
  for (int i = 0; i < kClients; ++i) {
    const std::string client = "user" + std::to_string(i) + "@host";
    placed.emplace(client, among[place(client, among).value()]);
  }
  return placed;
}

TEST(Placement, WithoutServersThereIsNone) { EXPECT_EQ(place("anyone", {}), std::nullopt); }

TEST(Placement, TheOnlyServerServesAll) {
  const auto one = servers(1);
  EXPECT_EQ(place("", one), 0U);
  EXPECT_EQ(place("anyone", one), 0U);
}

TEST(Placement, TheOrderOfServersDoesNotMatter) {
  auto among = servers(7);
  const auto before = placed(among);
  Random random(1);
  std::shuffle(among.begin(), among.end(), random);
  EXPECT_EQ(placed(among), before);
}

TEST(Placement, OnlyTheClientsOfTheServerThatWentMove) {
  auto among = servers(7);
  const auto before = placed(among);
  const ServerId gone = among[3];
  among.erase(among.begin() + 3);
  for (const auto& [client, now] : placed(among)) {
    const ServerId& its = before.at(client);
    ASSERT_TRUE(now == its || its == gone) << client;
  }
}

TEST(Placement, AServerThatComesTakesItsClientsAndMovesNoOther) {
  auto among = servers(7);
  const auto before = placed(among);
  among.push_back(server("fresh"));
  for (const auto& [client, now] : placed(among)) {
    ASSERT_TRUE(now == before.at(client) || now == among.back()) << client;
  }
}

// Six standard deviations of an even share: what honest luck does not exceed.
TEST(Placement, ServersHaveAboutAsManyClientsEach) {
  for (const int count : {2, 5, 20}) {
    std::map<ServerId, int> clients;
    for (const auto& [client, its] : placed(servers(count))) ++clients[its];
    const double even = static_cast<double>(kClients) / count;
    for (const auto& [id, many] : clients) EXPECT_NEAR(many, even, 6 * std::sqrt(even)) << id.text();
    EXPECT_EQ(clients.size(), static_cast<std::size_t>(count));
  }
}

// Every balancer answers alike, today's and tomorrow's: a change here moves the clients of a whole fleet.
TEST(Placement, IsTheSameForEver) {
  const auto among = servers(5);
  std::string where;
  for (const char* client : {"", "ann@home", "bob@home", "10.0.0.1", "é"}) {
    where += std::to_string(place(client, among).value());
  }
  EXPECT_EQ(where, "22034");
}

}  // namespace
}  // namespace tally
