#include "tests/e2e/cluster.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "api/assignment.h"
#include "api/server_state.h"
#include "api/targets.h"

namespace tally::e2e {

namespace {

void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

std::vector<std::string> tls_arguments(const net::TestAuthority* authority, const std::string& file,
                                       const std::string& names) {
  if (authority == nullptr) return {};
  const auto files = authority->issue(file, names);
  return {"--tls-cert", files.certificate, "--tls-key",  files.key,
          "--tls-ca",   authority->file(), "--tls-peers"};
}

Node balancer_node(const ClusterOptions& options) {
  Ports ports;
  const net::Url url{"127.0.0.1", ports.first(), options.authority != nullptr};
  std::vector<std::string> command{tally_program(), "balancer", "--listen",
                                   url.authority(), "--lease",  to_text(options.lease)};
  append(command, tls_arguments(options.authority, "balancer", "IP:127.0.0.1"));
  append(command, options.balancer_arguments);
  return {std::move(command), url, std::move(ports)};
}

std::shared_ptr<net::TlsContext> trust_of(const ClusterOptions& options) {
  if (options.authority == nullptr) return nullptr;
  return net::TlsContext::load({.authorities = options.authority->file()}).value();
}

}  // namespace

void Node::start(const ProcessOptions& options) {
  process_.reset();
  process_ = std::make_unique<Process>(command_, options);
}

Cluster::Cluster(const std::vector<std::string>& ids, ClusterOptions options)
    : options_(std::move(options)),
      balancer_(balancer_node(options_)),
      http_(options_.token, trust_of(options_)) {
  balancer_.start();
  // A server that finds no balancer comes up all the same, a second later.
  EXPECT_TRUE(eventually([this] { return http_.get(balancer_.url(), "/readyz").status == 200; }));
  for (const std::string& id : ids) add(id);
  EXPECT_TRUE(eventually([this] { return all_ready(); })) << "not all servers became ready";
}

Node& Cluster::add(const std::string& id, const std::vector<std::string>& more_arguments,
                   const ProcessOptions& options) {
  Ports ports;
  const net::Url url{"127.0.0.1", ports.first(), options_.authority != nullptr};
  std::vector<std::string> command{tally_program(),
                                   "server",
                                   "--id",
                                   id,
                                   "--listen",
                                   url.authority(),
                                   "--balancer",
                                   balancer_.url().text(),
                                   "--threads",
                                   "2",
                                   "--share-interval",
                                   to_text(options_.share_interval)};
  append(command, tls_arguments(options_.authority, id, "IP:127.0.0.1,URI:tally://server/" + id));
  append(command, options_.server_arguments);
  append(command, more_arguments);
  servers_[id] = std::make_unique<Node>(std::move(command), url, std::move(ports));
  servers_[id]->start(options);
  return *servers_[id];
}

std::vector<std::string> Cluster::ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, server] : servers_) ids.push_back(id);
  return ids;
}

std::string Cluster::state(const std::string& id) {
  const auto servers = read_server_list(http_.get(balancer_.url(), "/v1/servers").body);
  if (!servers) return {};
  for (const ListedServer& server : *servers) {
    if (server.id.text() == id) return std::string(to_string(server.state));
  }
  return {};
}

bool Cluster::all_ready() {
  return std::all_of(servers_.begin(), servers_.end(), [this](const auto& server) {
    return state(server.first) == "ready" && http_.get(server.second->url(), "/readyz").status == 200;
  });
}

std::string Cluster::assigned(const std::string& client) {
  const auto assignment = read_assignment(http_.get(balancer_.url(), assignment_target(client)).body);
  return assignment ? assignment->id.text() : std::string();
}

std::string Cluster::client_of(const std::string& id) {
  constexpr int kEnough = 1000;
  for (int i = 0; i < kEnough; ++i) {
    const std::string client = "client-" + std::to_string(i);
    if (assigned(client) == id) return client;
  }
  ADD_FAILURE() << "no client is told to use server " << id;
  return {};
}

Finished Cluster::tally(std::vector<std::string> words, const ProcessOptions& options) {
  words.insert(words.begin(), tally_program());
  append(words, {"--balancer", balancer_.url().text()});
  if (options_.authority != nullptr) append(words, {"--tls-ca", options_.authority->file()});
  return run(words, options);
}

bool Cluster::all_say(const std::string& name, Int128 value) {
  return std::all_of(servers_.begin(), servers_.end(), [&](const auto& server) {
    return !server.second->process().running() || http_.value(server.second->url(), name) == value;
  });
}

}  // namespace tally::e2e
