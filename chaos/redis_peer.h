// Redis: a primary, and a replica that takes over by hand.
#pragma once

#include <array>
#include <atomic>
#include <memory>

#include "chaos/machine.h"
#include "chaos/peer.h"
#include "chaos/resp_connection.h"

namespace tally::chaos {

struct RedisOptions {
  std::string appendfsync;  // "always" or "everysec"
  bool wait = false;        // an add is acknowledged once WAIT says that the replica has it
};

class RedisPeer final : public Peer {
 public:
  RedisPeer(Network& network, const std::filesystem::path& folder, RedisOptions options);

  std::vector<Asker> askers(std::size_t clients) override;
  void kill_and_restart() override;
  void cut_power_of_one() override;
  void cut_power_of_all() override;
  bool fail_over() override;
  bool part() override;
  void reunite() override;
  std::optional<std::map<std::string, Int128>> values(const std::vector<std::string>& counters) override;

 private:
  void start(std::size_t server, const std::vector<std::string>& more = {});
  RespConnection connection(std::size_t server) const;
  void await(std::size_t server, const std::string& text_of_info);
  void follow(std::size_t replica, std::size_t primary);
  void promote(std::size_t server);

  static constexpr std::uint16_t kPort = 6379;

  Network& network_;
  const RedisOptions options_;
  std::array<std::unique_ptr<Machine>, 2> servers_;
  // Where clients add: shared with them, as a Sentinel would tell them.
  const std::shared_ptr<std::atomic<std::size_t>> primary_ = std::make_shared<std::atomic<std::size_t>>(0);
  // Half of the clients have not heard of the new primary, as long as the network is parted.
  const std::shared_ptr<std::atomic<bool>> parted_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace tally::chaos
