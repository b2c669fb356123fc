// Memory that is no longer reachable, but that a thread inside a Section may still see.
//
//     limbo.retire(block, &Block::destroy, bytes);     whoever took it out of reach, as often as it likes
//     Limbo::Doomed doomed = limbo.take();             now and then
//     sections.wait_for_grace_period();
//     ...                                              doomed ends, and with it all that it took
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "count/atomic.h"

namespace tally {

// Any thread, also inside a section: nothing here waits for sections.
class Limbo {
  struct Item {
    void* memory;
    void (*destroy)(void*);
  };

 public:
  // What was retired up to one moment. Destroy it after a grace period that began after that moment.
  class Doomed {
   public:
    Doomed() = default;
    Doomed(Doomed&&) = default;
    Doomed& operator=(Doomed&&) = delete;
    ~Doomed();

   private:
    friend class Limbo;
    std::vector<Item> items_;
  };

  Limbo() = default;
  ~Limbo() { take(); }
  Limbo(const Limbo&) = delete;
  Limbo& operator=(const Limbo&) = delete;

  // Takes what nobody can find any more. `destroy` ends its life; `bytes` is about what that gives back.
  void retire(void* memory, void (*destroy)(void*), std::size_t bytes);

  // All that was retired so far.
  Doomed take();

  // About how much waits here. No lock.
  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  Mutex mutex_;
  std::vector<Item> items_ TALLY_GUARDED_BY(mutex_);
  Atomic<std::size_t> bytes_{0};
};

}  // namespace tally
