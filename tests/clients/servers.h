// What clients of Redis talk to: a real Tally and, beside it, a real Redis.
#pragma once

#include <memory>

#include <gtest/gtest.h>

#include "tests/e2e/cluster.h"
#include "tests/store/temporary_folder.h"

namespace tally::e2e {

// One counting server, which keeps its ports and its folder, if it has one, however often it is started.
class RespServer {
 public:
  explicit RespServer(const std::vector<std::string>& more_arguments = {}) {
    Ports http;
    const net::Url url{"127.0.0.1", http.first()};
    std::vector<std::string> command{
        tally_program(),       "server",    "--id", "a", "--listen", url.authority(), "--resp",
        "127.0.0.1:" + port(), "--threads", "2"};
    command.insert(command.end(), more_arguments.begin(), more_arguments.end());
    node_ = std::make_unique<Node>(std::move(command), url, std::move(http));
    start();
  }

  std::string port() const { return std::to_string(resp_.first()); }
  int port_number() const { return resp_.first(); }

  // kill -9, in the middle of whatever goes on.
  void kill() { node_->kill(); }
  void start() {
    node_->start();
    EXPECT_TRUE(eventually([this] { return http_.get(node_->url(), "/readyz").status == 200; }));
  }

 private:
  Ports resp_;
  std::unique_ptr<Node> node_;
  Http http_;
};

// With the one database that Tally has, too, and nothing on disk.
class RedisServer {
 public:
  RedisServer() {
    EXPECT_TRUE(eventually([this] {
      return process_.out().find("Ready to accept connections") != std::string::npos;
    })) << process_.out();
  }
  std::string port() const { return std::to_string(port_.first()); }

 private:
  Ports port_;
  TemporaryFolder folder_;
  Process process_{{"redis-server", "--bind", "127.0.0.1", "--port", port(), "--dir", folder_.path().string(),
                    "--save", "", "--appendonly", "no", "--databases", "1"}};
};

}  // namespace tally::e2e
