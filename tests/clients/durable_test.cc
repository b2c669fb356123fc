// A server with a folder is killed under clients that pipeline: what it answered is there when it is back.
#include <array>
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tests/clients/hiredis_talk.h"
#include "tests/clients/servers.h"

namespace tally::e2e {
namespace {

constexpr std::size_t kCounters = 5;
constexpr int kDepth = 100;

std::string counter(std::size_t i) { return "hits:" + std::to_string(i); }

struct Tally {
  long long sent = 0;
  long long acknowledged = 0;
  long long unconfirmed = 0;  // counted, but not said to be on disk
  long long refused = 0;      // not counted
};
using Tallies = std::array<Tally, kCounters>;

// Pipelines adds, some of more than 1, until the connection ends.
Tallies add_until_the_end(int port, std::atomic<long long>& acknowledged) {
  Tallies tallies;
  HiredisTalk talk(port);
  for (std::size_t round = 0;; ++round) {
    const auto which = [round](int i) { return (round + static_cast<std::size_t>(i)) % kCounters; };
    const auto delta = [](int i) { return 1 + i % 3; };
    for (int i = 0; i < kDepth; ++i) {
      talk.append("INCRBY %s %d", counter(which(i)).c_str(), delta(i));
      tallies[which(i)].sent += delta(i);
    }
    for (int i = 0; i < kDepth; ++i) {
      const Reply reply = talk.next();
      if (!reply) return tallies;
      Tally& tally = tallies[which(i)];
      if (reply->type == REDIS_REPLY_INTEGER) {
        tally.acknowledged += delta(i);
        acknowledged += delta(i);
      } else if (text_of(reply).starts_with("UNCONFIRMED ")) {
        tally.unconfirmed += delta(i);
      } else {
        tally.refused += delta(i);
      }
    }
  }
}

TEST(PipelinedAdds, ThatWereAcknowledgedSurviveKillNine) {
  const TemporaryFolder folder;
  RespServer server({"--data", (folder.path() / "a").string()});
  constexpr int kDeaths = 3;
  Tallies all;
  for (int death = 1; death <= kDeaths; ++death) {
    std::atomic<long long> acknowledged = 0;
    std::array<Tallies, 3> tallies;
    std::vector<std::thread> clients;
    for (Tallies& mine : tallies) {
      clients.emplace_back([&] { mine = add_until_the_end(server.port_number(), acknowledged); });
    }
    EXPECT_TRUE(eventually([&] { return acknowledged > 5000 * death; }));
    server.kill();
    for (std::thread& client : clients) client.join();
    for (const Tallies& client : tallies) {
      for (std::size_t i = 0; i < kCounters; ++i) {
        all[i].sent += client[i].sent;
        all[i].acknowledged += client[i].acknowledged;
        all[i].unconfirmed += client[i].unconfirmed;
        all[i].refused += client[i].refused;
      }
    }
    server.start();
    HiredisTalk talk(server.port_number());
    for (std::size_t i = 0; i < kCounters; ++i) {
      const std::string digits = text_of(talk.say("GET %s", counter(i).c_str()));  // none: nobody touched it
      const long long value = digits.empty() ? 0 : std::stoll(digits);
      EXPECT_GE(value, all[i].acknowledged) << counter(i) << ": something acknowledged is missing";
      EXPECT_LE(value, all[i].sent - all[i].refused) << counter(i) << ": counted twice, or though refused";
      EXPECT_EQ(all[i].refused, 0);
    }
  }
}

}  // namespace
}  // namespace tally::e2e
