// PostgreSQL: one server, a row a counter, each add an upsert in a transaction of its own.
#pragma once

#include "chaos/machine.h"
#include "chaos/peer.h"
#include "chaos/postgres_connection.h"

namespace tally::chaos {

class PostgresPeer final : public Peer {
 public:
  // `synchronous_commit`: "on", or "off" for acknowledging before the disk has it.
  PostgresPeer(Network& network, const std::filesystem::path& folder, const std::string& synchronous_commit);

  // The newest installed server program; empty if there is none.
  static std::filesystem::path program();

  std::vector<Asker> askers(std::size_t clients) override;
  void kill_and_restart() override;
  void cut_power_of_one() override;
  void cut_power_of_all() override { cut_power_of_one(); }
  bool fail_over() override { return false; }
  bool part() override { return false; }
  void reunite() override {}
  std::optional<std::map<std::string, Int128>> values(const std::vector<std::string>& counters) override;

 private:
  void start();
  void kill();
  PostgresConnection connection() const { return {server_.address(), kPort}; }

  static constexpr std::uint16_t kPort = 5432;

  Machine server_;
};

}  // namespace tally::chaos
