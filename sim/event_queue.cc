#include "sim/event_queue.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"

namespace tally::sim {

bool EventQueue::later(const Event& a, const Event& b) {
  return std::tie(a.when, a.order) > std::tie(b.when, b.order);
}

void EventQueue::at(Instant when, std::function<void()> happen) {
  TALLY_CHECK(when >= now_);
  events_.push_back({when, order_++, std::move(happen)});
  std::push_heap(events_.begin(), events_.end(), later);
}

void EventQueue::run_until(Instant end, const std::function<bool()>& go_on) {
  while (!events_.empty() && events_.front().when <= end && go_on()) {
    std::pop_heap(events_.begin(), events_.end(), later);
    const Event event = std::move(events_.back());
    events_.pop_back();
    now_ = event.when;
    event.happen();
  }
  now_ = std::max(now_, end);
}

}  // namespace tally::sim
