// What a counting server tells its balancers, and hears from them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "api/heartbeat.h"
#include "edge/access.h"
#include "net/http_client.h"
#include "net/url.h"

namespace tally {

// A heartbeat to each balancer every third of its lease, one at a time, so that none overtakes a newer one.
// Balancers know nothing of each other, and one that does not answer delays nobody. Lives on one loop, used
// by its thread.
class Heartbeats {
 public:
  struct Callbacks {
    std::function<Heartbeat()> compose;                      // what there is to say now
    std::function<void(const HeartbeatAnswer&)> hear;        // what a balancer knows
    std::function<void(const std::string& detail)> refused;  // this server was removed
  };

  // `access` says what balancers are shown, and outlives it. `tls`: as HttpClient's.
  Heartbeats(boost::asio::io_context& loop, const Access& access, const ServerId& self,
             const std::vector<net::Url>& balancers, Callbacks callbacks,
             std::shared_ptr<net::TlsContext> tls = nullptr);
  ~Heartbeats();

  // Begins, and calls `asked` once every balancer has answered or failed; at once if there are none.
  void start(std::function<void()> asked);

  // Says it to all, now: the state has changed. `told` as above.
  void say_now(std::function<void()> told);

 private:
  struct Balancer;
  // Heartbeats that were said to all at once, and what to do when the last has answered or failed.
  struct Round {
    std::size_t under_way;
    std::function<void()> done;
  };

  void beat(Balancer& balancer);
  void send(Balancer& balancer);
  void beat_all(std::function<void()> done);
  void answered(Balancer& balancer, const Result<net::ClientResponse>& response) const;
  void sleep(Balancer& balancer);

  const Access& access_;
  const std::string target_;
  net::HttpClient client_;
  Callbacks callbacks_;
  std::vector<std::unique_ptr<Balancer>> balancers_;
};

}  // namespace tally
