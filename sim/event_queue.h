// Virtual time: what will happen, in order. Nothing in a simulation waits, and nothing asks a real clock.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/duration.h"

namespace tally::sim {

class EventQueue {
 public:
  Instant now() const { return now_; }

  // `when` is not before now. What is due at one instant happens in the order in which it was put here.
  void at(Instant when, std::function<void()> happen);
  void after(Duration delay, std::function<void()> happen) { at(now_ + delay, std::move(happen)); }

  // Lets everything happen that is due until `end`, which is now() afterwards, as long as `go_on` says so.
  void run_until(Instant end, const std::function<bool()>& go_on);

 private:
  struct Event {
    Instant when;
    std::uint64_t order;
    std::function<void()> happen;
  };
  static bool later(const Event& a, const Event& b);

  Instant now_{};
  std::uint64_t order_ = 0;
  std::vector<Event> events_;  // a heap, the next one first
};

}  // namespace tally::sim
