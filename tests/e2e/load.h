// A client that adds 1 to a counter, again and again, and keeps the books.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "net/url.h"

namespace tally::e2e {

// A thread with a tally::FailoverClient of its own, from construction until stop().
class Load {
 public:
  Load(net::Url balancer, std::string client, std::string counter);
  ~Load() { stop(); }

  void stop();

  std::uint64_t acknowledged() const;
  std::uint64_t acknowledged_by(const std::string& server) const;
  // Counted or not: nobody knows.
  std::uint64_t unknown() const { return unknown_; }
  std::uint64_t refused() const { return refused_; }

 private:
  void run();

  const net::Url balancer_;
  const std::string client_;
  const std::string counter_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> unknown_{0};
  std::atomic<std::uint64_t> refused_{0};
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> acknowledged_;  // by server; under mutex_
  std::thread thread_;                                 // last: it uses the rest
};

}  // namespace tally::e2e
