// A whole Tally of real processes: a balancer and counting servers, with short intervals.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/int128.h"
#include "net/url.h"
#include "tests/e2e/http.h"
#include "tests/e2e/ports.h"
#include "tests/e2e/process.h"
#include "tests/net/certificates.h"

namespace tally::e2e {

struct ClusterOptions {
  Duration share_interval = milliseconds(100);
  Duration lease = patience(seconds(2));
  std::vector<std::string> server_arguments{};  // besides those that every server needs
  std::vector<std::string> balancer_arguments{};
  std::string token{};  // what we show them
  // All speak TLS with certificates of its, and servers prove who they are; null: neither.
  const net::TestAuthority* authority = nullptr;
};

// One program of the cluster and its place, which it keeps however often it is started.
class Node {
 public:
  Node(std::vector<std::string> command, net::Url url, Ports ports)
      : command_(std::move(command)), url_(std::move(url)), ports_(std::move(ports)) {}

  const net::Url& url() const { return url_; }
  Process& process() { return *process_; }

  // The same command every time.
  void start(const ProcessOptions& options = {});
  void kill() { process_->kill(); }  // kill -9

 private:
  std::vector<std::string> command_;
  net::Url url_;
  Ports ports_;
  std::unique_ptr<Process> process_;
};

class Cluster {
 public:
  // Starts the balancer and the servers, and waits until the balancer says that all are ready.
  explicit Cluster(const std::vector<std::string>& ids, ClusterOptions options = {});

  Node& balancer() { return balancer_; }
  Node& server(const std::string& id) { return *servers_.at(id); }
  net::Url url(const std::string& id) const { return servers_.at(id)->url(); }
  std::vector<std::string> ids() const;
  Http& http() { return http_; }

  // Another server joins; not awaited.
  Node& add(const std::string& id, const std::vector<std::string>& more_arguments = {},
            const ProcessOptions& options = {});

  // As the balancer says: "ready", "down", ...; empty for an unknown server.
  std::string state(const std::string& id);
  bool all_ready();

  // The server that a client id is told to use, and an id that is told to use that server.
  std::string assigned(const std::string& client);
  std::string client_of(const std::string& id);

  // A client command, such as {"get", "hits"}, to the end.
  Finished tally(std::vector<std::string> words, const ProcessOptions& options = {});

  // Every server that runs says that the counter has this value.
  bool all_say(const std::string& name, Int128 value);

 private:
  const ClusterOptions options_;
  Node balancer_;
  std::map<std::string, std::unique_ptr<Node>> servers_;
  Http http_;
};

}  // namespace tally::e2e
