// Tally, as one more peer: two counting servers, each with a disk, and a balancer.
#pragma once

#include "chaos/peer.h"
#include "chaos/tally_cluster.h"

namespace tally::chaos {

class TallyPeer final : public Peer {
 public:
  // `ack`: what clients ask to wait for.
  TallyPeer(Network& network, const std::filesystem::path& folder, std::string ack);

  std::vector<Asker> askers(std::size_t clients) override;
  void kill_and_restart() override;
  void cut_power_of_one() override;
  void cut_power_of_all() override;
  bool fail_over() override;
  bool part() override;
  void reunite() override;
  std::optional<std::map<std::string, Int128>> values(const std::vector<std::string>& counters) override;

 private:
  void cut_power_of(const std::vector<std::string>& ids);

  Network& network_;
  const std::string ack_;
  TallyCluster cluster_;
};

}  // namespace tally::chaos
