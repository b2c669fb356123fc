// A counting server in this process, on threads of its own, and others for it to talk to that say what a test
// wants them to say.
#pragma once

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "api/heartbeat.h"
#include "net/listener.h"
#include "server/counting_server.h"
#include "tests/e2e/eventually.h"
#include "tests/e2e/http.h"
#include "tests/e2e/shares.h"

namespace tally {

using e2e::eventually;
using e2e::Http;
using e2e::server_id;
using std::chrono::milliseconds;
using std::chrono::seconds;

inline ServerOptions options_of(std::string_view id, std::vector<net::Url> balancers = {}) {
  return {.id = server_id(id),
          .listen = {"127.0.0.1", 0},
          .balancers = std::move(balancers),
          .share_interval = milliseconds(20),
          .threads = 2};
}

class RunningServer {
 public:
  explicit RunningServer(const ServerOptions& options, std::unique_ptr<Store> store = nullptr)
      : http_(net::TlsContext::load_if_any({.authorities = options.tls.authorities}).value()),
        server_(CountingServer::listen(options, std::move(store), cluster_).value()),
        thread_([this] { run(); }) {}

  ~RunningServer() {
    cluster_.stop();
    thread_.join();
  }

  net::Url url() const { return net::Url::parse(server_->url()).value(); }
  const Member& self() const { return server_->self(); }
  std::uint16_t resp_port() const { return net::Endpoint::parse(server_->resp_address()).value().port; }

  bool ready() { return http_.get(url(), "/readyz").status == 200; }

  // A graceful one; true once it is done.
  std::future<void> stop() {
    auto stopped = std::make_shared<std::promise<void>>();
    auto future = stopped->get_future();
    boost::asio::post(cluster_, [this, stopped] { server_->stop([stopped] { stopped->set_value(); }); });
    return future;
  }

  // It looks whether its files of tokens have changed.
  std::future<void> look_for_tokens() {
    auto looked = std::make_shared<std::promise<void>>();
    auto future = looked->get_future();
    boost::asio::post(cluster_, [this, looked] {
      server_->access().look();
      looked->set_value();
    });
    return future;
  }

  // Done by the thread of the cluster's loop, in a while.
  void on_cluster(std::function<void()> what) { boost::asio::post(cluster_, std::move(what)); }

 private:
  void run() {
    server_->start();
    const auto work = boost::asio::make_work_guard(cluster_);
    cluster_.run();
  }

  Http http_;
  // Before there are threads: ThreadSanitizer does not see how libspdlog guards its first use.
  const std::shared_ptr<spdlog::logger> log_ = spdlog::default_logger();
  boost::asio::io_context cluster_{1};
  std::unique_ptr<CountingServer> server_;
  std::thread thread_;  // last: it uses the rest
};

// A balancer or a peer that answers as it is told to, and remembers what it was asked.
class ScriptedServer : private net::HttpHandler {
 public:
  struct Asked {
    std::string target;
    std::string body;
  };
  struct Says {
    unsigned status = 200;
    std::string type{};
    std::string body{};
    bool never = false;  // it keeps the question
  };
  using Script = std::function<Says(const Asked&)>;

  explicit ScriptedServer(Script script) : script_(std::move(script)), loops_(1) {
    auto acceptors = net::listen({"127.0.0.1", 0}, loops_).value();
    url_ = {"127.0.0.1", net::local_endpoint(acceptors.front()).port};
    net::HttpHandler& handler = *this;
    server_ = std::make_unique<net::HttpServer>(loops_[0], std::move(acceptors.front()), handler,
                                                net::HttpLimits{}, load_);
    threads_ = std::make_unique<net::LoopThreads>(loops_);
  }
  ~ScriptedServer() override {
    threads_.reset();
    server_.reset();
  }

  const net::Url& url() const { return url_; }

  void now_says(Script script) {
    const std::lock_guard lock(mutex_);
    script_ = std::move(script);
  }

  std::vector<Asked> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

  // What was kept is answered after all.
  void answer_kept(const Says& says) {
    const std::lock_guard lock(mutex_);
    for (net::LaterReply& reply : std::exchange(kept_, {})) {
      std::move(reply).send({says.status, says.type, says.body, {}});
    }
  }

 private:
  void handle(const net::HttpRequest& request, net::HttpExchange& exchange) override {
    const std::lock_guard lock(mutex_);
    asked_.push_back({std::string(request.target), std::string(request.body)});
    const Says says = script_(asked_.back());
    if (says.never) {
      kept_.push_back(exchange.later(0));
    } else {
      exchange.send({says.status, says.type, says.body, {}});
    }
  }
  void refuse(const Error&, net::HttpExchange& exchange) override { exchange.send({400, {}, {}, {}}); }

  mutable std::mutex mutex_;
  Script script_;
  std::vector<Asked> asked_;
  std::deque<net::LaterReply> kept_;
  net::Url url_;
  net::Loops loops_;
  net::ServerLoad load_;
  std::unique_ptr<net::HttpServer> server_;
  std::unique_ptr<net::LoopThreads> threads_;
};

// A balancer's answer to a heartbeat.
inline ScriptedServer::Says heartbeat_answer(const Membership& known, std::int64_t lease_ms = 60) {
  ScriptedServer::Says says{.type = "application/json"};
  append_heartbeat_answer(says.body, {known, lease_ms});
  return says;
}

}  // namespace tally
