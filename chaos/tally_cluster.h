// A balancer and counting servers, each on a machine of its own, and what can be asked of them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/int128.h"
#include "chaos/clients.h"
#include "chaos/history.h"
#include "chaos/machine.h"
#include "cluster/wire.h"
#include "tests/e2e/http.h"

namespace tally::chaos {

struct TallyOptions {
  Duration share_interval = e2e::milliseconds(200);
  std::string ack{};        // the servers' --ack; empty: theirs
  bool lying_disk = false;  // a disk that forgets at a power cut what it said was synced
};

// Used by the main thread; client() gives other threads what they need.
class TallyCluster {
 public:
  // Starts all of it, and waits until it is ready.
  TallyCluster(Network& network, const std::filesystem::path& folder, std::vector<std::string> ids,
               TallyOptions options = {});

  const std::vector<std::string>& ids() const { return ids_; }
  Machine& server(const std::string& id) { return *servers_.at(id); }
  Machine& balancer() { return *balancer_; }
  void start_server(const std::string& id);
  void start_balancer();

  // Every server that was not taken down says that it is ready.
  bool ready();

  // Sees to it that all that was acknowledged until now gets to the disk of every server, and waits for that;
  // false if it has not after `limit`. All servers run.
  bool spread(History& history, Duration limit);

  // What all servers that run say of all counters, once they say the same; nothing if they do not within
  // `limit`.
  std::optional<std::map<std::string, Int128>> agree(Duration limit);

  // What a client does that reads anywhere, and adds at `home` while that server answers, and for some adds
  // at the next one when it does not. What it asks to wait for, it draws from `acks`: "memory", "peers:1", or
  // "" for what the server does by itself. With `claim`, it takes every acknowledgement for that one,
  // whatever the answer says.
  ClientHands client(std::size_t home, std::vector<std::string> acks, std::uint64_t seed,
                     std::optional<Ack> claim = std::nullopt) const;

 private:
  net::Url url(const std::string& id) const { return {servers_.at(id)->address(), kServerPort}; }
  std::vector<std::string> running() const;
  std::optional<Marks> marks(const std::string& id);

  static constexpr std::uint16_t kBalancerPort = 7070;
  static constexpr std::uint16_t kServerPort = 7071;

  const std::vector<std::string> ids_;
  const TallyOptions options_;
  std::unique_ptr<Machine> balancer_;
  std::map<std::string, std::unique_ptr<Machine>> servers_;
  net::BlockingClient http_client_{
      {.connect_timeout = e2e::milliseconds(500), .answer_timeout = e2e::seconds(3)}};
  e2e::Http http_;
};

}  // namespace tally::chaos
