// A network that loses, delays, doubles, reorders and mangles what is sent over it, by seed.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/random.h"
#include "sim/event_queue.h"
#include "sim/messages.h"
#include "sim/trace.h"

namespace tally::sim {

// What the network does to each message, questions and answers alike.
struct Weather {
  Duration least_delay = std::chrono::milliseconds(1);
  Duration most_delay = std::chrono::milliseconds(20);
  unsigned late_percent = 0;  // of the messages: delayed by up to `late_by` more
  Duration late_by{0};
  unsigned lost_percent = 0;
  // Between servers only:
  unsigned doubled_percent = 0;
  unsigned mangled_percent = 0;  // cut off, or a bit flipped
};

class Network {
 public:
  // Who listens at a URL. Calls `reply` once, at once or later, or never.
  class Endpoint {
   public:
    virtual ~Endpoint() = default;
    virtual void ask(const Question& question, Reply reply) = 0;
  };

  Network(EventQueue& queue, Trace& trace, Random random);

  void attach(const std::string& url, Endpoint& endpoint);
  void detach(const std::string& url);

  // `reply` is called exactly once, never before this returns, and after `patience` at the latest.
  void ask(const std::string& from, const std::string& to, Question question, Duration patience, Reply reply);

  void change(const Weather& weather) { weather_ = weather; }
  // Nothing that `from` sends reaches `to`, answers included.
  void cut(const std::string& from, const std::string& to) { cut_.emplace(from, to); }
  void heal() { cut_.clear(); }
  // What comes to `place`, or from there, takes up to this much longer; 0: no longer.
  void slow_down(const std::string& place, Duration most) { slow_[place] = most; }
  void speed_up() { slow_.clear(); }

  struct Traffic {
    std::uint64_t questions = 0;
    std::uint64_t bytes = 0;  // of the bodies of questions and answers between servers
  };
  const Traffic& traffic() const { return traffic_; }

 private:
  bool passes(const std::string& from, const std::string& to);
  Duration delay(const std::string& from, const std::string& to);
  std::string mangled_perhaps(std::string bytes);
  void arrive(const std::string& from, const std::string& to, const Question& question, const Reply& settle);

  EventQueue& queue_;
  Trace& trace_;
  Random random_;
  Weather weather_;
  std::map<std::string, Endpoint*> endpoints_;
  std::set<std::pair<std::string, std::string>> cut_;
  std::map<std::string, Duration> slow_;
  Traffic traffic_;
};

}  // namespace tally::sim
