#include "chaos/redis_peer.h"

#include <charconv>
#include <stdexcept>
#include <utility>

namespace tally::chaos {

namespace {

constexpr Duration kPatience = e2e::seconds(20);

class RedisClient {
 public:
  RedisClient(std::array<RespConnection, 2> servers, bool wait) : servers_(std::move(servers)), wait_(wait) {}

  Attempt add(std::size_t server, const Probes::Add& add) {
    using Told = Attempt::Told;
    RespConnection& connection = servers_[server];
    Attempt attempt{.server = std::to_string(server)};
    const auto reply = connection.ask({"INCRBY", add.counter, std::to_string(add.delta)});
    if (!reply) {
      attempt.told = reply.error().code == Errc::unknown_outcome ? Told::unknown : Told::refused;
      return attempt;
    }
    if (wait_) {
      const auto replicas = connection.ask({"WAIT", "1", "1000"});
      if (!replicas || *replicas == "0") return attempt;  // counted, and nobody knows where
    }
    attempt.told = Told::acknowledged;
    return attempt;
  }

 private:
  std::array<RespConnection, 2> servers_;
  const bool wait_;
};

}  // namespace

RedisPeer::RedisPeer(Network& network, const std::filesystem::path& folder, RedisOptions options)
    : network_(network), options_(std::move(options)) {
  for (std::size_t i = 0; i < servers_.size(); ++i)
    servers_[i] = std::make_unique<Machine>(network, folder, "redis-" + std::to_string(i));
  start(0);
  start(1, {"--replicaof", servers_[0]->address(), std::to_string(kPort)});
  await(1, "master_link_status:up");
  for (const auto& server : servers_) server->disk().settle();
}

void RedisPeer::start(std::size_t server, const std::vector<std::string>& more) {
  Machine& machine = *servers_[server];
  std::vector<std::string> command{"redis-server",
                                   "--bind",
                                   machine.address(),
                                   "--port",
                                   std::to_string(kPort),
                                   "--protected-mode",
                                   "no",
                                   "--dir",
                                   machine.disk().data(),
                                   "--appendonly",
                                   "yes",
                                   "--appendfsync",
                                   options_.appendfsync,
                                   "--repl-diskless-sync-delay",
                                   "0"};
  command.insert(command.end(), more.begin(), more.end());
  machine.start(command);
  await(server, "loading:0");
}

RespConnection RedisPeer::connection(std::size_t server) const {
  return {servers_[server]->address(), kPort};
}

void RedisPeer::await(std::size_t server, const std::string& text_of_info) {
  RespConnection redis = connection(server);
  const bool seen = e2e::eventually(
      [&] {
        const auto info = redis.ask({"INFO"});
        return info && info->find(text_of_info) != std::string::npos;
      },
      kPatience);
  if (!seen)
    throw std::runtime_error("Redis does not say " + text_of_info + "; " + servers_[server]->complaint());
}

void RedisPeer::follow(std::size_t replica, std::size_t primary) {
  connection(replica).ask({"REPLICAOF", servers_[primary]->address(), std::to_string(kPort)});
  await(replica, "master_link_status:up");
}

void RedisPeer::promote(std::size_t server) {
  connection(server).ask({"REPLICAOF", "NO", "ONE"});
  await(server, "role:master");
  *primary_ = server;
}

std::vector<Asker> RedisPeer::askers(std::size_t clients) {
  std::vector<Asker> askers;
  for (std::size_t i = 0; i < clients; ++i) {
    const auto client =
        std::make_shared<RedisClient>(std::array{connection(0), connection(1)}, options_.wait);
    askers.push_back([client, i, primary = primary_, parted = parted_](const Probes::Add& add) {
      const bool late = *parted && i % 2 == 0;
      return client->add(late ? 1 - *primary : primary->load(), add);
    });
  }
  return askers;
}

void RedisPeer::kill_and_restart() {
  servers_[0]->kill();
  start(0);
}

void RedisPeer::cut_power_of_one() {
  servers_[0]->kill();
  servers_[0]->disk().cut_power();
  start(0);
}

void RedisPeer::cut_power_of_all() {
  for (const auto& server : servers_) server->kill();
  for (const auto& server : servers_) server->disk().cut_power();
  start(0);
  start(1, {"--replicaof", servers_[0]->address(), std::to_string(kPort)});
}

bool RedisPeer::fail_over() {
  servers_[0]->kill();
  promote(1);
  return true;
}

bool RedisPeer::part() {
  if (!network_.apart()) return false;
  network_.cut_both(servers_[0]->host(), servers_[1]->host());
  promote(1);
  *parted_ = true;
  return true;
}

void RedisPeer::reunite() {
  network_.heal();
  *parted_ = false;
  follow(0, 1);
}

std::optional<std::map<std::string, Int128>> RedisPeer::values(const std::vector<std::string>& counters) {
  const std::size_t replica = 1 - *primary_;
  if (servers_[replica]->on()) await(replica, "master_link_status:up");
  std::map<std::string, Int128> values;
  RespConnection redis = connection(*primary_);
  for (const std::string& counter : counters) {
    const auto text = redis.ask({"GET", counter});
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    std::from_chars(text->data(), text->data() + text->size(), value);
    values[counter] = value;
  }
  return values;
}

}  // namespace tally::chaos
