// Which counters changed since they were last asked: a flag in each, and a queue of those whose flag is set.
// The link is the flag, so that to touch a counter again costs one load.
//
// touch(): any thread. take() and clear(): one thread.
#pragma once

#include "count/atomic.h"

namespace tally {

// Base of what can be queued. In at most one queue for its whole life.
class ChangeLink {
  template <class>
  friend class ChangeQueue;
  Atomic<ChangeLink*> next_{nullptr};  // null: the flag is clear
};

// Why no change is lost. touch() comes after the change, clear() before the value is read, and all four are
// sequentially consistent. If touch() finds the flag set, then that load comes before the clear in their
// single order, so the change comes before the read, which sees it. If not, the item is queued again. (That
// store-buffering race is invisible to ThreadSanitizer; with a weaker order on either side, native runs lost
// an add in five.)
template <class T>
class ChangeQueue {
 public:
  ChangeQueue() : head_(&end_) {}
  ChangeQueue(const ChangeQueue&) = delete;
  ChangeQueue& operator=(const ChangeQueue&) = delete;

  // Call it after the change. Never waits. Queues the item unless its flag was set: whoever set it may not
  // have queued it yet, which is why a seal waits for a grace period before it takes.
  void touch(T& item) {
    ChangeLink& link = item;
    ChangeLink* clear = nullptr;
    if (link.next_.load() != nullptr || !link.next_.compare_exchange_strong(clear, &end_)) return;
    ChangeLink* head = head_.load();
    do {
      link.next_.store(head);
    } while (!head_.compare_exchange_weak(head, &item));
  }

  // Items that were queued, newest first. Their flags stay set, so that nobody queues them meanwhile.
  class Taken {
   public:
    // Null at the end. What it gives may be cleared at once: the link has been read.
    T* next() {
      if (at_ == end_) return nullptr;
      T* const item = static_cast<T*>(at_);
      at_ = at_->next_.load();
      __builtin_prefetch(at_, 1);  // a link is in the item: each is waited for, but not twice
      return item;
    }

   private:
    friend class ChangeQueue;
    Taken(ChangeLink* first, const ChangeLink* end) : at_(first), end_(end) {}

    ChangeLink* at_;
    const ChangeLink* end_;
  };
  Taken take() { return Taken(head_.exchange(&end_), &end_); }

  // Read the item's value after this, once. Only for what was taken, by who took it.
  static void clear(T& item) { static_cast<ChangeLink&>(item).next_.store(nullptr); }

 private:
  ChangeLink end_;  // marks the end of the chain; its own link is not used
  Atomic<ChangeLink*> head_;
};

}  // namespace tally
